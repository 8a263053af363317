package torpor.daemon.machine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.Engine;
import torpor.engine.caller.Instances;
import torpor.engine.network.Doorbell;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;

/// Restores an instance at whose door somebody waits.
///
/// @param engine known once it is open; nobody rings before
public record WakeOnTraffic(CompletableFuture<Engine> engine) implements Doorbell.Ring {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public CompletionStage<NetworkPlace> ring(InstanceId id) {
    return engine.thenCompose(open ->
        open.instances()
            .map(instances -> wake(instances, id))
            .orElseGet(() -> CompletableFuture.failedFuture(notAwake(id, "it cannot be driven"))));
  }

  private static CompletionStage<NetworkPlace> wake(Instances instances, InstanceId id) {
    return instances
        .restore(id, Optional.empty(), false, PATIENCE)
        .thenCompose(reply ->
            switch (reply) {
              case Reply.Done<Instance>(Instance now)
                  when now.state() instanceof InstanceState.Running ->
                  place(instances, id);
              case Reply.Done<Instance>(Instance now) ->
                  CompletableFuture.failedFuture(
                      notAwake(id, "it is " + now.state().phase().text()));
              case Reply.Refused<Instance>(Refusal why) ->
                  CompletableFuture.failedFuture(new NetworkFailure(why));
            });
  }

  private static CompletionStage<NetworkPlace> place(Instances instances, InstanceId id) {
    return switch (instances.place(id)) {
      case Reply.Done<NetworkPlace>(NetworkPlace place) -> CompletableFuture.completedFuture(place);
      case Reply.Refused<NetworkPlace>(Refusal why) ->
          CompletableFuture.failedFuture(new NetworkFailure(why));
    };
  }

  private static NetworkFailure notAwake(InstanceId id, String why) {
    return new NetworkFailure(
        Refusal.of(
            RefusalCode.INSTANCE_STATE,
            "%s does not wake: %s".formatted(id, why),
            "Look at the instance."));
  }
}
