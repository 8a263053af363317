package torpor.cli.volume;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.PrettyJson;
import torpor.wire.WireJson;
import torpor.wire.volume.VolumeSnapshotRequest;

@Command(
    name = "snapshot",
    description = {
      "Keep what a volume is now; while no machine writes it.",
      "A snapshot of a machine has its volumes, too."
    },
    footerHeading = "%nExample:%n",
    footer = "  torpor volume snapshot data --name before")
final class SnapshotVolume extends ClientCommand {
  @Parameters(paramLabel = "VOLUME")
  private String name = "";

  @Option(names = "--name", paramLabel = "NAME", description = "to find it by later")
  private Optional<String> label = Optional.empty();

  SnapshotVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String body = WireJson.write(new VolumeSnapshotRequest(label));
    String answer = connection.post(Route.of("volumes", name, "snapshots").toString(), body).body();
    client().invocation().out().print(PrettyJson.of(answer));
    return ExitCode.OK;
  }
}
