package torpor.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// Everything of this process that a command may use.
///
/// @param progressShown whether stderr is a terminal on which a line can be drawn over
/// @param home the user's home directory
/// @param user the user's login name
public record Invocation(
    Map<String, String> environment,
    Path workingDirectory,
    Path home,
    String user,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean progressShown) {
  public Invocation {
    environment = Map.copyOf(environment);
  }

  /// This process. The launcher knows what stderr is and says so in `torpor.terminal`.
  public static Invocation ofThisProcess() {
    return new Invocation(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home", ".")),
        System.getProperty("user.name", ""),
        System.in,
        System.out,
        System.err,
        Boolean.getBoolean("torpor.terminal"));
  }
}
