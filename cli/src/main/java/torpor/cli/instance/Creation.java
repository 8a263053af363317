package torpor.cli.instance;

import java.time.Duration;
import java.util.Optional;
import torpor.cli.ClientOptions;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Refusals;
import torpor.cli.image.ImageSteps;
import torpor.cli.output.ProgressSteps;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceProgress;
import torpor.wire.instance.InstanceRequest;

/// A create that is followed to its end, with its steps on stderr. Confined to one thread.
final class Creation {
  /// A large image on a slow line is silent for long: nothing is told while it unpacks.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ClientOptions client;
  private Optional<Instance> created = Optional.empty();

  Creation(ClientOptions client) {
    this.client = client;
  }

  /// The instance as it is when it runs.
  ///
  /// @throws CommandFailure where it was refused or failed
  Instance run(Connection connection, InstanceRequest request) {
    var invocation = client.invocation();
    try (ProgressSteps steps = new ProgressSteps(invocation.err(), invocation.progressShown())) {
      connection.postFollowed(
          InstanceRoutes.all().toString(),
          WireJson.write(request),
          PATIENCE,
          line -> take(WireJson.read(line, InstanceProgress.class), steps));
      steps.done();
    }
    return created.orElseThrow(() ->
        new CommandFailure(
            ExitCode.UNAVAILABLE,
            "the daemon did not say how the creation of " + request.name() + " ended",
            "",
            "see whether it exists: torpor ps --all"));
  }

  private void take(InstanceProgress progress, ProgressSteps steps) {
    progress
        .problem()
        .ifPresent(problem -> {
          throw Refusals.of(problem);
        });
    progress.instance().ifPresent(instance -> created = Optional.of(instance));
    if (progress.image().isPresent()) {
      ImageSteps.show(progress.image().orElseThrow(), steps);
    } else {
      progress.step().map(Creation::words).ifPresent(words -> steps.at(words, Optional.empty()));
    }
  }

  private static String words(String step) {
    return switch (step) {
      case "image" -> "looking for the image";
      case "disks" -> "making its disks";
      case "network" -> "connecting it";
      case "start" -> "booting";
      case "restore" -> "restoring a template";
      default -> step;
    };
  }
}
