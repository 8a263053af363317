package torpor.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import torpor.cli.terminal.LocalTerminal;
import torpor.cli.terminal.SystemTerminal;

/// Everything of this process that a command may use.
///
/// @param progressShown whether stderr is a terminal on which a line can be drawn over
/// @param home the user's home directory
/// @param user the user's login name
/// @param terminals finds the terminal that stdin and stdout are
public record Invocation(
    Map<String, String> environment,
    Path workingDirectory,
    Path home,
    String user,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean progressShown,
    LocalTerminal.Finder terminals) {
  public Invocation {
    environment = Map.copyOf(environment);
  }

  /// Of a process without a terminal on stdin.
  public Invocation(
      Map<String, String> environment,
      Path workingDirectory,
      Path home,
      String user,
      InputStream in,
      PrintStream out,
      PrintStream err,
      boolean progressShown) {
    this(
        environment,
        workingDirectory,
        home,
        user,
        in,
        out,
        err,
        progressShown,
        LocalTerminal.Finder.NONE);
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
        Boolean.getBoolean("torpor.terminal"),
        SystemTerminal::find);
  }
}
