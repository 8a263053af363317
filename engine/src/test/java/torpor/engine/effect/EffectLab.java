package torpor.engine.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Effect;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.RetryPolicy;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.desk.GuestDesk;
import torpor.engine.fake.HeldRuntime;
import torpor.engine.fake.Ids;
import torpor.engine.fake.ManualTime;
import torpor.engine.fake.NotedDirectories;
import torpor.engine.fake.UnaskedStore;
import torpor.engine.place.Places;
import torpor.engine.store.JobInputs;

/// One job's effects on a runtime that answers when a test does, in time that a test lets pass.
final class EffectLab {
  static final JobId JOB = Ids.job(1);
  static final Generation FIRST = new Generation(1);
  static final MachineHandle MACHINE = new MachineHandle("m");

  final ManualTime time = new ManualTime();
  final HeldRuntime runtime = new HeldRuntime();
  final NotedDirectories directories = new NotedDirectories();
  final Places places = new Places(1, Runnable::run);
  final List<JobEvent.FromMachine> told = new ArrayList<>();
  OptionalLong tenure = OptionalLong.of(1);
  private final Job job = Job.spawned(JOB, new DefinitionId(1), ManualTime.START, Optional.empty());
  private final EffectRunner effects;

  EffectLab() {
    InputsOnly store = new InputsOnly();
    DefinitionShelf definitions = new DefinitionShelf(store, time, List.of(runtime));
    this.effects =
        new EffectRunner(
            definitions,
            directories,
            store,
            places,
            (_, _, _) -> Map.of(),
            new GuestDesk(
                () -> {
                  throw new AssertionError("no program calls in this test");
                },
                store,
                definitions),
            (_, event) -> told.add(event),
            time,
            time,
            Runnable::run,
            () -> tenure);
  }

  private static final class InputsOnly extends UnaskedStore {
    @Override
    public CompletionStage<Optional<JobInputs>> inputs(JobId id) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
  }

  private static Definition definition() {
    return new Definition(
        new DefinitionId(1),
        new DefinitionName("d"),
        "1",
        HeldRuntime.NAME,
        new JsonText("{}"),
        RetryPolicy.DEFAULT,
        Optional.empty(),
        1,
        Map.of(),
        ManualTime.START);
  }

  void act(Effect effect) {
    effects.act(job, definition(), effect);
  }

  void start(Generation generation) {
    act(new Effect.StartMachine(generation));
  }

  void snapshot(int number) {
    act(new Effect.TakeSnapshot(FIRST, MACHINE, new SnapshotNumber(number), true));
  }

  void endAll() {
    assertThat(effects.endAll("the lease ran out")).isCompleted();
  }

  void pass(Duration span) {
    time.pass(span);
  }
}
