package torpor.daemon;

import java.util.List;
import picocli.CommandLine;
import torpor.cli.Cli;
import torpor.cli.Invocation;
import torpor.daemon.command.ConfigCommand;
import torpor.daemon.command.DoctorCommand;
import torpor.daemon.command.ServeCommand;
import torpor.daemon.demo.DemoCommand;

/// Where the program begins: one command line, of which some commands are the daemon's own.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Invocation invocation = Invocation.ofThisProcess();
    List<CommandLine> local =
        List.of(
            new CommandLine(new ServeCommand(invocation, Daemon::start)),
            new CommandLine(new DemoCommand(invocation)),
            new CommandLine(new DoctorCommand(invocation)),
            ConfigCommand.of(invocation));
    System.exit(Cli.of(invocation, local).execute(arguments));
  }
}
