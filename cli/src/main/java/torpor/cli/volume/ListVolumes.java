package torpor.cli.volume;

import java.util.List;
import picocli.CommandLine.Command;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;

@Command(
    name = "ls",
    description = "List volumes.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume ls")
final class ListVolumes extends ClientCommand {
  /// What is shown of one.
  record Volume(String id, String name, long sizeGb) {}

  ListVolumes(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<Volume> volumes =
        List.of(connection.get(Route.of("volumes").toString()).as(Volume[].class));
    Table table = new Table("NAME", "ID", "SIZE");
    volumes.forEach(volume -> table.row(volume.name(), volume.id(), volume.sizeGb() + "GB"));
    client().print(volumes, table);
    return ExitCode.OK;
  }
}
