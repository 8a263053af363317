package torpor.cli.volume;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import torpor.cli.Invocation;

/// The noun `volume`.
public final class VolumeCommands {
  private VolumeCommands() {}

  @Command(
      name = "volume",
      aliases = "volumes",
      description = "Create, attach, resize, snapshot and delete disks that outlive machines.",
      footerHeading = "%nExample:%n",
      footer = "  torpor volume create data --size 10GB",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun())
        .addSubcommand(new CreateVolume(invocation))
        .addSubcommand(new ListVolumes(invocation))
        .addSubcommand(new InspectVolume(invocation))
        .addSubcommand(new AttachVolume(invocation))
        .addSubcommand(new DetachVolume(invocation))
        .addSubcommand(new ResizeVolume(invocation))
        .addSubcommand(new SnapshotVolume(invocation))
        .addSubcommand(new RemoveVolume(invocation));
  }
}
