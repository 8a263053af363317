package torpor.cli.image;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import torpor.cli.Invocation;

/// The verbs for images, and the noun `image`.
public final class ImageCommands {
  private ImageCommands() {}

  @Command(
      name = "image",
      description = "List, fetch and delete images.",
      footerHeading = "%nExample:%n",
      footer = "  torpor image prune --keep 10GB",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static List<CommandLine> of(Invocation invocation) {
    CommandLine noun =
        new CommandLine(new Noun())
            .addSubcommand("ls", new ListImages(invocation))
            .addSubcommand(new PullImage(invocation))
            .addSubcommand(new RemoveImage(invocation))
            .addSubcommand(new PruneImages(invocation));
    return List.of(
        new CommandLine(new PullImage(invocation)),
        new CommandLine(new ListImages(invocation)),
        noun);
  }
}
