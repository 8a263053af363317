package torpor.engine.caller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.health.Health;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.image.ImageView;
import torpor.engine.network.NetworkPlace;
import torpor.engine.store.SnapshotRecord;

/// Hand-driven instances, for callers. Thread-safe and asynchronous; what is answered is durable.
public interface Instances {

  /// Writes the intent and begins; the answer is the instance, being created.
  CompletionStage<Reply<Instance>> create(InstanceRequest request);

  /// An id, a name, or the beginning of an id that only one instance has.
  Reply<InstanceId> resolve(String idOrNameOrPrefix);

  Optional<Instance> get(InstanceId id);

  /// By age, the oldest first. No phases means all.
  List<Instance> list(Set<InstancePhase> phases);

  /// Asks; the answer comes when the intent is durable, not when the work is done.
  CompletionStage<Reply<Instance>> ask(InstanceId id, InstanceEvent.FromCaller event);

  /// As [#ask], and waits for the operation that this began or joined. A failed operation is a
  /// refusal with its reason; one that takes longer than `patience` is answered as it is then.
  CompletionStage<Reply<Instance>> askAndWait(
      InstanceId id, InstanceEvent.FromCaller event, Duration patience);

  /// Waits for the end of what is under way.
  CompletionStage<Reply<Instance>> settled(InstanceId id, Duration patience);

  /// Waits until the instance is in one of these phases with nothing under way; as it is when
  /// `patience` has passed.
  CompletionStage<Reply<Instance>> awaitPhase(
      InstanceId id, Set<InstancePhase> phases, Duration patience);

  /// The instance as soon as it is not as `seen` any more, or as it is when `patience` has passed;
  /// empty where it does not exist any more.
  CompletionStage<Optional<Instance>> awaitChange(Instance seen, Duration patience);

  /// What the checks of a running instance have shown; empty for one without a check, or asleep.
  Optional<Health> health(InstanceId id);

  /// Where a running instance is on the host's network; refused where it has none or does not run.
  Reply<NetworkPlace> place(InstanceId id);

  /// How idle an instance is that goes to sleep by itself; empty where it does not, or was not
  /// looked at since it was woken.
  CompletionStage<Optional<Idleness>> idleness(InstanceId id);

  /// Lets its idle time begin anew, as though somebody had been connected just now. Nothing where
  /// it does not go to sleep by itself.
  CompletionStage<Optional<Idleness>> stayAwake(InstanceId id);

  CompletionStage<Reply<List<SnapshotRecord>>> snapshots(InstanceId id);

  CompletionStage<Reply<Instance>> restore(
      InstanceId id, Optional<SnapshotNumber> from, boolean allowOlder, Duration patience);

  /// Follows the image of an instance being created until the subscription is closed.
  AutoCloseable imageProgress(InstanceId id, Consumer<ImageView> listener);
}
