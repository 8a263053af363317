package torpor.cli.image;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Refusals;
import torpor.cli.connection.Route;
import torpor.cli.output.ProgressSteps;
import torpor.wire.WireJson;
import torpor.wire.image.Image;
import torpor.wire.image.ImageProgress;
import torpor.wire.image.ImageRequest;

@Command(
    name = "pull",
    description = "Fetch an image and convert it; prints its digest.",
    footerHeading = "%nExample:%n",
    footer = "  torpor pull nginx:alpine")
final class PullImage extends ClientCommand {
  /// With the time between two tellings: a large layer on a slow line is silent for long.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Parameters(paramLabel = "IMAGE", description = "such as nginx:alpine")
  private String name = "";

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "default: this host's")
  private Optional<String> platform = Optional.empty();

  private Optional<Image> pulled = Optional.empty();

  PullImage(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Invocation invocation = client().invocation();
    ImageRequest request = new ImageRequest(name, platform, Optional.empty(), Optional.empty());
    try (ProgressSteps steps = new ProgressSteps(invocation.err(), invocation.progressShown())) {
      connection.postFollowed(
          Route.of("images").toString(),
          WireJson.write(request),
          PATIENCE,
          line -> take(WireJson.read(line, ImageProgress.class), steps));
      steps.done();
    }
    Image image =
        pulled.orElseThrow(() ->
            new CommandFailure(
                ExitCode.UNAVAILABLE,
                "the daemon did not say how the pull of " + name + " ended",
                "",
                "see whether it is there: torpor images"));
    client().print(image, image.digest() + "\n");
    client().say(image.name() + " is " + image.status());
    return ExitCode.OK;
  }

  private void take(ImageProgress progress, ProgressSteps steps) {
    progress
        .problem()
        .ifPresent(problem -> {
          throw Refusals.of(problem);
        });
    progress.image().ifPresent(image -> ImageSteps.show(image, steps));
    if (progress.type().equals("image")) {
      pulled = progress.image();
    }
  }
}
