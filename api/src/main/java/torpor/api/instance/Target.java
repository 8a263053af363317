package torpor.api.instance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.api.http.RefusedException;
import torpor.core.instance.Instance;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Instances;

/// Where an instance that was restored or forked is to end up: it runs for a moment where that is
/// not running.
final class Target {
  private static final Duration GRACE = Duration.ofSeconds(10);

  /// Who asked for it may have gone: it goes on to where it should be all the same.
  private static final Duration AT_ALL = Duration.ofHours(1);

  private Target() {}

  /// @param otherwise where nothing is said
  /// @throws RefusedException where it can be none of these
  static InstancePhase of(
      Optional<String> asked, InstancePhase otherwise, Set<InstancePhase> possible) {
    if (asked.isEmpty()) {
      return otherwise;
    }
    InstancePhase target =
        StateNames.parse("target_state", List.of(asked.orElseThrow())).iterator().next();
    if (!possible.contains(target)) {
      throw RefusedException.invalid(
          "target_state",
          "It does not end up as " + StateNames.of(target),
          "Send one of "
              + String.join(", ", possible.stream().map(StateNames::of).sorted().toList())
              + ".");
    }
    return target;
  }

  /// @param made what came of the restore; where that is not running it stays so
  static CompletionStage<Reply<Instance>> reach(
      Instances instances, Reply<Instance> made, InstancePhase target) {
    if (!(made instanceof Reply.Done<Instance>(Instance instance))
        || instance.state().phase() != InstancePhase.RUNNING) {
      return CompletableFuture.completedFuture(made);
    }
    return switch (target) {
      case STANDBY -> instances.askAndWait(instance.id(), new InstanceEvent.StandbyAsked(), AT_ALL);
      case STOPPED ->
          instances.askAndWait(instance.id(), new InstanceEvent.StopAsked(GRACE), AT_ALL);
      case PAUSED -> instances.askAndWait(instance.id(), new InstanceEvent.PauseAsked(), AT_ALL);
      default -> CompletableFuture.completedFuture(made);
    };
  }
}
