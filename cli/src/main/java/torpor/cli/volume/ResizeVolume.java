package torpor.cli.volume;

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
import torpor.wire.volume.VolumeResize;

@Command(
    name = "resize",
    description = "Make a volume and its file system larger, while no machine runs with it.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume resize data --size 20GB")
final class ResizeVolume extends ClientCommand {
  @Parameters(paramLabel = "VOLUME")
  private String name = "";

  @Option(names = "--size", required = true, paramLabel = "SIZE", description = "such as 20GB")
  private String size = "";

  ResizeVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String body = WireJson.write(new VolumeResize(Math.toIntExact(VolumeSizes.gigabytes(size))));
    String answer = connection.post(Route.of("volumes", name, "resize").toString(), body).body();
    client().invocation().out().print(PrettyJson.of(answer));
    return ExitCode.OK;
  }
}
