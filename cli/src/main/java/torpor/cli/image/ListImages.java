package torpor.cli.image;

import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.ByteSizes;
import torpor.wire.image.Image;

@Command(
    name = "images",
    description = "List images.",
    footerHeading = "%nExample:%n",
    footer = "  torpor images -o json")
final class ListImages extends ClientCommand {
  /// As many letters of a digest as tell images apart.
  private static final int SHOWN = 12;

  ListImages(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<Image> images = List.of(connection.get(Route.of("images").toString()).as(Image[].class));
    client().print(images, table(images, Instant.now()));
    if (images.isEmpty()) {
      client().say("no images; torpor pull IMAGE fetches one");
    }
    images.forEach(
        image -> image.error().ifPresent(error -> client().say(image.name() + ": " + error)));
    return ExitCode.OK;
  }

  private static Table table(List<Image> images, Instant now) {
    Table table = new Table("IMAGE", "DIGEST", "STATUS", "SIZE", "CREATED", "USED");
    for (Image image : images) {
      String digest = image.digest().replaceFirst("^sha256:", "");
      table.row(
          image.name(),
          digest.isEmpty() ? "-" : digest.substring(0, Math.min(SHOWN, digest.length())),
          image.status() + image.percent().map(percent -> " " + percent + " %").orElse(""),
          image.sizeBytes().map(ByteSizes::format).orElse("-"),
          Times.relative(image.createdAt(), now),
          image.lastUsedAt().map(at -> Times.relative(at, now)).orElse("-"));
    }
    return table;
  }
}
