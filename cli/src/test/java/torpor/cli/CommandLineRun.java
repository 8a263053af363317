package torpor.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// One run of the command line: what it printed and how it ended.
public record CommandLineRun(int exitCode, String out, String err) {

  public static CommandLineRun of(
      Map<String, String> environment, Path directory, String stdin, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Invocation invocation =
        new Invocation(
            environment,
            directory,
            directory,
            "somebody",
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int exitCode = Cli.of(invocation, List.of()).execute(arguments);
    return new CommandLineRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// Against a fake daemon.
  public static CommandLineRun of(FakeDaemon daemon, String... arguments) {
    return of(Map.of("TORPOR_HOST", daemon.address()), Path.of("").toAbsolutePath(), "", arguments);
  }
}
