package torpor.cli.instance;

import java.util.List;
import picocli.CommandLine;
import torpor.cli.Invocation;

/// The verbs for machines.
public final class InstanceCommands {
  private InstanceCommands() {}

  /// What is typed most comes first.
  public static List<CommandLine> of(Invocation invocation) {
    return List.of(
        // What follows the image belongs to the program in it.
        new CommandLine(new RunInstance(invocation)).setStopAtPositional(true),
        new CommandLine(new ListInstances(invocation)),
        new CommandLine(new ShowLog(invocation)),
        new CommandLine(new ShowStats(invocation)),
        new CommandLine(new InspectInstance(invocation)),
        new CommandLine(new StandbyInstance(invocation)),
        new CommandLine(new RestoreInstance(invocation)),
        new CommandLine(new ForkInstance(invocation)),
        new CommandLine(new StopInstance(invocation)),
        new CommandLine(new StartInstance(invocation)),
        new CommandLine(new PauseInstance(invocation)),
        new CommandLine(new ResumeInstance(invocation)),
        new CommandLine(new AwaitInstance(invocation)),
        new CommandLine(new RemoveInstance(invocation)));
  }
}
