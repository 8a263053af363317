package torpor.cli.volume;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.wire.volume.Volume;
import torpor.wire.volume.VolumeAttachment;

@Command(
    name = "ls",
    description =
        "List volumes and the machines they are attached to; those that are stopped do not hold them.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume ls")
final class ListVolumes extends ClientCommand {
  ListVolumes(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<Volume> volumes =
        List.of(connection.get(Route.of("volumes").toString()).as(Volume[].class));
    Table table = new Table("NAME", "ID", "SIZE", "STATE", "MACHINES");
    volumes.forEach(volume ->
        table.row(
            volume.name(),
            volume.id(),
            volume.sizeGb() + "GB",
            volume.state() + (volume.trouble().isPresent() ? ", in trouble" : ""),
            volume.attachments().isEmpty()
                ? "-"
                : volume.attachments().stream()
                    .map(ListVolumes::shown)
                    .collect(Collectors.joining(", "))));
    client().print(volumes, table);
    if (volumes.isEmpty()) {
      client().say("no volumes; torpor volume create VOLUME --size 10GB makes one");
    }
    return ExitCode.OK;
  }

  private static String shown(VolumeAttachment attachment) {
    String mode = attachment.overlay() ? ":overlay" : attachment.readonly() ? ":ro" : "";
    return attachment.instanceName()
        + ":"
        + attachment.mountPath()
        + mode
        + (attachment.held() ? "" : " (stopped)");
  }
}
