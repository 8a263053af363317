package torpor.cli.session;

import java.util.List;
import picocli.CommandLine;
import torpor.cli.Invocation;
import torpor.cli.copy.CopyFiles;

/// The verbs for what goes on inside.
public final class SessionCommands {
  private SessionCommands() {}

  public static List<CommandLine> of(Invocation invocation) {
    return List.of(
        // What follows the name belongs to the program.
        new CommandLine(new ExecInInstance(invocation)).setStopAtPositional(true),
        new CommandLine(new CopyFiles(invocation)));
  }
}
