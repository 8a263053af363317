package torpor.engine.instance;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.InstanceEffect;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Operation;
import torpor.core.instance.operation.Operation.Step;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.effect.Deadlines;
import torpor.engine.effect.Failures;
import torpor.engine.effect.Retries;
import torpor.engine.image.Images;
import torpor.engine.image.ReadyImage;
import torpor.engine.machine.MachineFailure;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.Networks;
import torpor.engine.serial.Lanes;

/// Carries out what was decided about hand-driven instances, one effect at a time per instance;
/// only a kill overtakes. Every effect but the dropping of a snapshot reports back exactly once.
final class InstanceEffects {
  private static final Logger log = LoggerFactory.getLogger(InstanceEffects.class);
  private static final Duration IMAGE_WITHIN = Duration.ofHours(1);
  private static final Duration BIRTH_WITHIN = Duration.ofMinutes(5);
  private static final Duration SNAPSHOT_WITHIN = Duration.ofMinutes(30);
  private static final Duration SHORT = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Images images;
  private final InstanceFiles files;
  private final Networks networks;
  private final NetworkPlans plans;
  private final FrontDoor door;
  private final Machines machines;
  private final Deadlines deadlines;
  private final Retries retries;
  private final Lanes<InstanceId> lanes;
  private final BiConsumer<InstanceId, InstanceEvent.FromEffect> outcomes;
  private final Machines.Ends ends;
  private final CreateProgress progress;

  /// What was attached in this daemon's life. A birth always attaches first, so it is there for it.
  private final Map<InstanceId, NetworkPlace> attached = new ConcurrentHashMap<>();

  /// Births up to this generation are to be killed should they still come up.
  private final Map<InstanceId, Generation> annulled = new ConcurrentHashMap<>();

  InstanceEffects(
      Images images,
      InstanceFiles files,
      Networks networks,
      NetworkPlans plans,
      Machines machines,
      Deadlines deadlines,
      CreateProgress progress,
      BiConsumer<InstanceId, InstanceEvent.FromEffect> outcomes,
      Executor threads) {
    this.images = images;
    this.files = files;
    this.networks = networks;
    this.plans = plans;
    this.door = new FrontDoor(networks, plans);
    this.machines = machines;
    this.deadlines = deadlines;
    this.retries = new Retries(deadlines, AGAIN);
    this.progress = progress;
    this.outcomes = outcomes;
    this.lanes = new Lanes<>(threads);
    this.ends =
        (id, generation, status) ->
            outcomes.accept(id, new InstanceEvent.MachineEnded(generation, status));
  }

  FrontDoor door() {
    return door;
  }

  Machines.Ends ends() {
    return ends;
  }

  void act(Instance instance, InstanceEffect effect) {
    InstanceId id = instance.id();
    switch (effect) {
      case InstanceEffect.PrepareImage _ -> lanes.queue(id, () -> image(instance));
      case InstanceEffect.PrepareDisks _ ->
          step(instance, Step.DISKS, SHORT, () -> files.prepare(instance));
      case InstanceEffect.AttachNetwork _ ->
          step(instance, Step.NETWORK, SHORT, () -> attach(instance));
      case InstanceEffect.StartMachine(Generation life) ->
          lanes.queue(
              id,
              () -> birth(instance, life, () -> machines.start(instance, life, place(id), ends)));
      case InstanceEffect.RestoreMachine(Generation life, var from) ->
          lanes.queue(
              id,
              () ->
                  birth(
                      instance,
                      life,
                      () -> machines.restore(instance, life, from, place(id), ends)));
      case InstanceEffect.TakeSnapshot take -> lanes.queue(id, () -> snapshot(instance, take));
      case InstanceEffect.PauseMachine(Generation life) ->
          step(instance, Step.PAUSE, SHORT, () -> machines.pause(instance, life));
      case InstanceEffect.ResumeMachine(Generation life) ->
          step(
              instance,
              Step.RESUME,
              SHORT,
              // They may have been held for a sleep that did not come about.
              () -> machines.resume(instance, life).thenCompose(_ -> door.open(instance)));
      case InstanceEffect.ReleaseMachine(Generation life) ->
          insist(instance, Step.RELEASE, () -> released(instance, life));
      case InstanceEffect.KillMachine kill -> kill(instance, kill);
      case InstanceEffect.DetachNetwork _ -> insist(instance, Step.DETACH, () -> detach(instance));
      case InstanceEffect.RemoveDirectory _ ->
          insist(instance, Step.REMOVE, () -> files.remove(instance));
      case InstanceEffect.DropSnapshot(var number) ->
          lanes.queue(id, () -> files.dropSnapshot(instance, number));
    }
  }

  /// Empty also for one that an earlier daemon attached.
  Optional<NetworkPlace> place(InstanceId id) {
    return Optional.ofNullable(attached.get(id));
  }

  private static int number(Instance instance) {
    return instance.operation().map(Operation::number).orElse(0);
  }

  private CompletionStage<?> image(Instance instance) {
    return deadlines
        .within(
            IMAGE_WITHIN,
            "fetching the image",
            images.ready(
                instance.spec().origin().imageSource(),
                view -> progress.image(instance.id(), view)))
        .handle((reply, failure) -> {
          InstanceEvent.FromEffect outcome =
              failure != null
                  ? failed(instance, Step.IMAGE, failure)
                  : switch (reply) {
                    case Reply.Done<ReadyImage>(ReadyImage ready) ->
                        new InstanceEvent.ImagePrepared(ready.digest());
                    case Reply.Refused<ReadyImage>(Refusal why) ->
                        new InstanceEvent.StepFailed(number(instance), Step.IMAGE, why);
                  };
          outcomes.accept(instance.id(), outcome);
          return null;
        });
  }

  private CompletionStage<?> attach(Instance instance) {
    return networks
        .attach(plans.of(instance))
        .thenAccept(place -> attached.put(instance.id(), place));
  }

  /// One that stands by keeps its ports, so that a connection wakes it.
  private CompletionStage<?> detach(Instance instance) {
    attached.remove(instance.id());
    return instance
        .slot()
        .<CompletionStage<?>>map(slot ->
            instance.state() instanceof InstanceState.Standby
                ? networks.detach(instance.id(), slot)
                : networks
                    .detach(instance.id(), slot)
                    .thenCompose(_ -> door.silence(instance, slot)))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /// A step that may fail: the rules know what follows.
  private void step(
      Instance instance, Step step, Duration limit, Supplier<CompletionStage<?>> work) {
    lanes.queue(
        instance.id(),
        () ->
            deadlines
                .within(limit, "the step '" + step.text() + "'", work.get())
                .handle((_, failure) -> {
                  outcomes.accept(
                      instance.id(),
                      failure == null
                          ? new InstanceEvent.StepDone(number(instance), step)
                          : failed(instance, step, failure));
                  return null;
                }));
  }

  /// A step of which nothing may be left over: tried until it works. The lane waits for it, since
  /// the next life must not begin beside the remains of this one.
  private void insist(Instance instance, Step step, Supplier<CompletionStage<?>> work) {
    lanes.queue(instance.id(), () -> insisting(instance, step, work));
  }

  private CompletionStage<?> insisting(
      Instance instance, Step step, Supplier<CompletionStage<?>> work) {
    String what = "the step '" + step.text() + "'";
    return retries
        .untilDone(
            () -> deadlines.within(SHORT, what, work.get()).<Void>thenApply(_ -> null),
            failure ->
                log.error(
                    "{}: '{}' failed and is tried again until it works: {}",
                    instance.id(),
                    step.text(),
                    failure.toString()))
        .thenAccept(_ ->
            outcomes.accept(instance.id(), new InstanceEvent.StepDone(number(instance), step)));
  }

  private CompletionStage<?> released(Instance instance, Generation life) {
    return machines
        .release(instance, life)
        .exceptionallyCompose(_ -> machines.kill(instance, life, Optional.empty(), Duration.ZERO));
  }

  /// An overdue or annulled machine is killed before anybody is told, and again should it come
  /// after all.
  private CompletionStage<?> birth(
      Instance instance, Generation life, Supplier<CompletionStage<MachineHandle>> make) {
    InstanceId id = instance.id();
    if (isAnnulled(id, life)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletionStage<MachineHandle> made = make.get();
    return deadlines
        .within(BIRTH_WITHIN, "making the machine", made)
        .thenCompose(machine -> door.open(instance).thenApply(_ -> machine))
        .<InstanceEvent.FromEffect>thenApply(machine -> new InstanceEvent.MachineUp(life, machine))
        .exceptionallyCompose(failure -> {
          InstanceEvent.FromEffect outcome = new InstanceEvent.MachineNotUp(life, refusal(failure));
          if (!(Failures.cause(failure) instanceof Deadlines.Overdue)) {
            return CompletableFuture.completedFuture(outcome);
          }
          made.thenCompose(late -> machines.kill(instance, life, Optional.of(late), Duration.ZERO));
          return deadlines
              .within(
                  SHORT, "the kill", machines.kill(instance, life, Optional.empty(), Duration.ZERO))
              .handle((_, _) -> outcome);
        })
        .thenAccept(outcome -> outcomes.accept(id, outcome));
  }

  private boolean isAnnulled(InstanceId id, Generation life) {
    Generation upTo = annulled.get(id);
    return upTo != null && life.compareTo(upTo) <= 0;
  }

  private void kill(Instance instance, InstanceEffect.KillMachine effect) {
    InstanceId id = instance.id();
    annulled.merge(id, effect.generation(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    Supplier<CompletionStage<?>> kill =
        () -> machines.kill(instance, effect.generation(), effect.machine(), effect.grace());
    // At once, so that a birth under way ends, and again behind it, so that nothing is left of it.
    lanes.overtake(id, () -> deadlines.within(SHORT.plus(effect.grace()), "the kill", kill.get()));
    insist(instance, Step.KILL, kill);
  }

  private CompletionStage<?> snapshot(Instance instance, InstanceEffect.TakeSnapshot take) {
    InstanceId id = instance.id();
    CompletionStage<?> ready =
        take.keepsRunning() ? CompletableFuture.completedFuture(null) : door.answer(instance);
    return deadlines
        .within(
            SNAPSHOT_WITHIN,
            "the snapshot",
            ready.thenCompose(_ ->
                machines.snapshot(
                    instance,
                    take.generation(),
                    take.machine(),
                    take.number(),
                    take.keepsRunning())))
        .exceptionallyCompose(failure ->
            door.open(instance)
                .handle((_, _) -> failure)
                .thenCompose(CompletableFuture::failedFuture))
        .handle((facts, failure) -> {
          outcomes.accept(
              id,
              failure == null
                  ? new InstanceEvent.SnapshotTaken(take.generation(), take.number(), facts)
                  : new InstanceEvent.SnapshotFailed(
                      take.generation(), take.number(), refusal(failure), machineLost(failure)));
          return null;
        });
  }

  private static boolean machineLost(Throwable failure) {
    return Failures.cause(failure) instanceof MachineFailure machine && machine.machineLost();
  }

  private static InstanceEvent.StepFailed failed(Instance instance, Step step, Throwable failure) {
    return new InstanceEvent.StepFailed(number(instance), step, refusal(failure));
  }

  private static Refusal refusal(Throwable failure) {
    return switch (Failures.cause(failure)) {
      case MachineFailure machine -> machine.refusal();
      case NetworkFailure network -> network.refusal();
      case Throwable other -> Failures.refusal(other);
    };
  }
}
