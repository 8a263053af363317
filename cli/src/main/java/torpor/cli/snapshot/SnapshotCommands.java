package torpor.cli.snapshot;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import torpor.cli.Invocation;

/// The noun `snapshot`.
public final class SnapshotCommands {
  private SnapshotCommands() {}

  @Command(
      name = "snapshot",
      aliases = "snapshots",
      description =
          "Take, list, restore and delete snapshots of machines, by hand or by the clock.",
      footerHeading = "%nExample:%n",
      footer = "  torpor snapshot create web --name before-upgrade",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun())
        .addSubcommand(new CreateSnapshot(invocation))
        .addSubcommand(new ListSnapshots(invocation))
        .addSubcommand(new RestoreSnapshot(invocation))
        .addSubcommand(new RemoveSnapshot(invocation))
        .addSubcommand(new ScheduleSnapshots(invocation));
  }
}
