package torpor.cli.volume;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.QuantityOption;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.PrettyJson;
import torpor.wire.WireJson;
import torpor.wire.instance.MemorySizes;

@Command(
    name = "create",
    description = "Create an empty volume.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume create data --size 10GB")
final class CreateVolume extends ClientCommand {
  private static final long GIB = 1L << 30;

  @Parameters(paramLabel = "VOLUME")
  private String name = "";

  @Option(names = "--size", required = true, paramLabel = "SIZE", description = "such as 10GB")
  private String size = "";

  CreateVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    long bytes = MemorySizes.parse(QuantityOption.size("--size", size));
    if (bytes < GIB || bytes % GIB != 0) {
      throw CommandFailure.usage(
          "--size " + size + " is no whole number of gigabytes", "write --size 10GB");
    }
    String body = WireJson.write(Map.of("name", name, "size_gb", bytes / GIB));
    String answer = connection.post(Route.of("volumes").toString(), body).body();
    client().invocation().out().print(PrettyJson.of(answer));
    return ExitCode.OK;
  }
}
