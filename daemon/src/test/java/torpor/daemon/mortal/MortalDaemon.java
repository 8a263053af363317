package torpor.daemon.mortal;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import torpor.cli.Cli;
import torpor.cli.Invocation;
import torpor.daemon.Daemon;
import torpor.daemon.command.ServeCommand;

/// `serve`, with [Faults] between the engine and its ports.
public final class MortalDaemon {
  /// The system property that names the directory of orders and stories.
  public static final String DIRECTORY = "torpor.mortal";

  private MortalDaemon() {}

  public static void main(String[] arguments) {
    Faults faults = new Faults(Path.of(System.getProperty(DIRECTORY)));
    Invocation invocation = Invocation.ofThisProcess();
    ServeCommand serve =
        new ServeCommand(invocation, settings -> Daemon.start(settings, faults::around));
    System.exit(Cli.of(invocation, List.of(new CommandLine(serve))).execute(arguments));
  }
}
