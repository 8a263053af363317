package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.testkit.instance.FakeNode;

/// The public hypeman API's TypeScript client, as npm has it, against this server. Installed once,
/// under the build's own directory; skipped where Node.js, npm or the registry are not there.
@Timeout(300)
class PublishedClientTest {
  private static final String CLIENT = "@onkernel/hypeman@0.28.0";
  private static final Path HOME = Path.of("target", "npm-client").toAbsolutePath();
  private static final String SCRIPT = "hypeman-life.mjs";
  private static final int STEPS = 21;

  @TempDir Path directory;

  @Test
  void thePublishedClientDrivesAWholeLife() throws Exception {
    Optional<String> missing = install();
    missing.ifPresent(why -> System.err.println("SKIPPED: the published client: " + why));
    Assumptions.assumeTrue(missing.isEmpty(), missing.orElse(""));
    try (TestServer server = new TestServer(directory)) {
      Path console = directory.resolve(FakeNode.id(0).toString()).resolve("console.log");
      Files.createDirectories(console.getParent());
      Files.writeString(console, "one\nsaid \"two\"\nthree\n");
      Path script = HOME.resolve(SCRIPT);
      try (InputStream source = PublishedClientTest.class.getResourceAsStream(SCRIPT)) {
        Files.write(script, source.readAllBytes());
      }
      String key = server.key();
      Ended ended = run("node", SCRIPT, "http://127.0.0.1:%d/v1".formatted(server.port), key);
      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(ended.output().lines().filter(line -> line.startsWith("ok "))).hasSize(STEPS);
    }
  }

  /// Why the client cannot be had; empty where it is there.
  private static Optional<String> install() throws Exception {
    Files.createDirectories(HOME);
    for (String tool : List.of("node", "npm")) {
      if (run(tool, "--version").code() != 0) {
        return Optional.of(tool + " is not installed");
      }
    }
    if (Files.isDirectory(HOME.resolve("node_modules/@onkernel/hypeman"))) {
      return Optional.empty();
    }
    Files.writeString(HOME.resolve("package.json"), "{\"private\": true}\n");
    Ended installed = run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", CLIENT);
    return installed.code() == 0
        ? Optional.empty()
        : Optional.of("npm cannot install it: " + installed.output());
  }

  private record Ended(int code, String output) {}

  private static Ended run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(HOME.toFile()).redirectErrorStream(true).start();
    } catch (IOException notThere) {
      return new Ended(127, notThere.toString());
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    return new Ended(ended ? process.exitValue() : 124, output);
  }
}
