package torpor.api.instance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.api.http.Patience;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.instance.spec.Origin;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.network.PublishedPort;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.caller.Instances;

/// Makes instances that go on from a snapshot of another one.
public final class Forks {

  /// Beyond what any caller waits for.
  private static final Duration AT_ALL = Duration.ofHours(2);

  private final Instances instances;
  private final Waits waits;

  public Forks(Instances instances, Waits waits) {
    this.instances = instances;
    this.waits = waits;
  }

  /// @param source as it was when the snapshot was chosen
  /// @param ports published for the fork; the source's stay its own
  /// @param tags the source's where empty
  /// @param target where the forks are to be in the end
  /// @param idempotent of the whole request
  public record Wish(
      Instance source,
      SnapshotNumber snapshot,
      List<InstanceName> names,
      List<PublishedPort> ports,
      Optional<Map<String, String>> tags,
      InstancePhase target,
      Optional<IdempotentRequest> idempotent) {}

  /// The forks, each settled or as it is when `patience` has passed.
  ///
  /// @throws RefusedException where one cannot be made; then none is left
  public List<Instance> make(Wish wish, Duration patience) {
    List<Instance> begun = new ArrayList<>();
    for (InstanceName name : wish.names()) {
      switch (waits.value(instances.create(request(wish, name)))) {
        case Reply.Done<Instance>(Instance fork) -> begun.add(fork);
        case Reply.Refused<Instance>(Refusal why) -> {
          begun.stream()
              .map(fork -> instances.ask(fork.id(), new InstanceEvent.DeleteAsked()))
              .toList()
              .forEach(waits::value);
          throw new RefusedException(why);
        }
      }
    }
    List<CompletableFuture<Boolean>> ends =
        begun.stream().map(fork -> end(fork, wish.target(), patience)).toList();
    ends.forEach(end -> waits.value(end, patience));
    return begun.stream().map(fork -> instances.get(fork.id()).orElse(fork)).toList();
  }

  private static InstanceRequest request(Wish wish, InstanceName name) {
    return new InstanceRequest(
        spec(wish, name),
        wish.idempotent()
            .map(key -> new IdempotentRequest(key.key() + "/" + name, key.fingerprint())));
  }

  /// As its source, but for what cannot be two's, and without an end of its own.
  private static InstanceSpec spec(Wish wish, InstanceName name) {
    InstanceSpec source = wish.source().spec();
    return new InstanceSpec(
        name,
        new Origin.Fork(wish.source().id(), wish.snapshot(), source.origin().imageSource()),
        source.runtime(),
        source.resources(),
        source.command(),
        source.network().publishing(wish.ports()),
        source.volumes().stream().map(VolumeMount::forked).toList(),
        source.restart(),
        source.health(),
        source.idleStandby(),
        Optional.empty(),
        false,
        wish.tags().orElse(source.metadata()));
  }

  /// Goes on to its target whether or not anybody waits.
  private CompletableFuture<Boolean> end(Instance fork, InstancePhase target, Duration patience) {
    CompletionStage<Reply<Instance>> there =
        instances
            .settled(fork.id(), AT_ALL)
            .thenCompose(reply -> Target.reach(instances, reply, target));
    return Patience.upTo(there, patience).toCompletableFuture();
  }
}
