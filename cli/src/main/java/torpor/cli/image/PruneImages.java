package torpor.cli.image;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.QuantityOption;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.ByteSizes;
import torpor.wire.WireJson;
import torpor.wire.image.PruneRequest;
import torpor.wire.image.Pruned;

@Command(
    name = "prune",
    description = "Delete images that no machine uses, those longest unused first.",
    footerHeading = "%nExample:%n",
    footer = "  torpor image prune --keep 10GB")
final class PruneImages extends ClientCommand {
  @Option(names = "--keep", paramLabel = "SIZE", description = "until at most this much is left")
  private Optional<String> keep = Optional.empty();

  PruneImages(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    PruneRequest request = new PruneRequest(keep.map(text -> QuantityOption.size("--keep", text)));
    Pruned pruned =
        connection
            .post(Route.of("images", "prune").toString(), WireJson.write(request))
            .as(Pruned.class);
    var names = new StringBuilder();
    pruned.deleted().forEach(image -> names.append(image.name()).append('\n'));
    client().print(pruned, names);
    client().say("freed " + ByteSizes.format(pruned.freedBytes()));
    return ExitCode.OK;
  }
}
