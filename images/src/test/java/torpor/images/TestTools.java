package torpor.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import torpor.images.fetch.ProcessOwner;
import torpor.images.tool.ToolBox;

/// Programs that tests need.
public final class TestTools {
  public static final ToolBox TOOLS = ToolBox.ofPath(String.valueOf(System.getenv("PATH")));

  private TestTools() {}

  /// Skips the calling test, and says so, where one is missing or this is not root.
  public static void require(String... programs) {
    List<String> missing = Stream.of(programs).filter(name -> TOOLS.find(name).isEmpty()).toList();
    String why =
        !missing.isEmpty()
            ? "not installed: " + missing
            : ProcessOwner.isRoot() ? "" : "unpacking images takes root";
    if (!why.isEmpty()) {
      System.err.println("SKIPPED, " + why + " (./torpor test installs what it can)");
    }
    Assumptions.assumeTrue(why.isEmpty(), () -> "SKIPPED: " + why);
  }

  /// Runs a program to its end and returns what it printed.
  public static String run(String program, String... arguments)
      throws IOException, InterruptedException {
    Path found = TOOLS.find(program).orElseThrow();
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(found.toString()), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(program + " " + List.of(arguments) + " failed: " + said);
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
