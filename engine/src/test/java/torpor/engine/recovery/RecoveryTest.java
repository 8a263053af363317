package torpor.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.retry.RetryPolicy;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.effect.Adoptions;
import torpor.engine.fake.HeldRuntime;
import torpor.engine.fake.Ids;
import torpor.engine.fake.ManualTime;
import torpor.engine.fake.NotedDirectories;
import torpor.engine.fake.UnaskedStore;
import torpor.engine.place.Places;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;

/// A runtime that does not answer must not keep a daemon from opening, and nothing may be decided
/// about what it may be running.
class RecoveryTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final DefinitionId DEFINITION = new DefinitionId(1);

  private final ManualTime time = new ManualTime();
  private final HeldRuntime runtime = new HeldRuntime();
  private final List<StoredJob> live = new ArrayList<>();
  private final DefinitionShelf definitions =
      new DefinitionShelf(new LiveRows(), time, List.of(runtime));
  private final CompletableFuture<Integer> recovered = new CompletableFuture<>();

  private final class LiveRows extends UnaskedStore {
    @Override
    public CompletionStage<List<StoredJob>> live(Optional<JobId> after, int limit) {
      return CompletableFuture.completedFuture(List.copyOf(live));
    }

    @Override
    public CompletionStage<Optional<Definition>> definition(DefinitionId id) {
      return CompletableFuture.completedFuture(
          Optional.of(
              new Definition(
                  id,
                  new DefinitionName("d"),
                  "1",
                  HeldRuntime.NAME,
                  JsonText.EMPTY_OBJECT,
                  RetryPolicy.DEFAULT,
                  Optional.empty(),
                  1,
                  Map.of(),
                  ManualTime.START)));
    }
  }

  private static final class NobodyAdopted implements Adoptions {
    @Override
    public void expected(JobId job, Definition definition, Generation generation) {}

    @Override
    public void adopted(JobId job, Generation generation, MachineHandle machine) {
      throw new AssertionError("there is no machine in this test");
    }

    @Override
    public void ended(JobId job, Generation generation) {
      throw new AssertionError("nothing is known of the machine of " + job);
    }
  }

  private void recover() {
    new Recovery(
            new LiveRows(),
            definitions,
            new NotedDirectories(),
            (_, found) -> {
              throw new AssertionError("nothing is decided, but " + found);
            },
            new Places(1, Runnable::run),
            new NobodyAdopted(),
            (_, event) -> {
              throw new AssertionError("nothing is told, but " + event);
            },
            time,
            time)
        .run()
        .thenAccept(inFlight -> recovered.complete(inFlight.size()));
  }

  @Test
  void aJobWhoseRuntimeDoesNotAnswerStaysAsItWas() {
    live.add(inFlight(1));
    live.add(inFlight(2));
    runtime.adoptAnswers.add(new CompletableFuture<>());
    runtime.adoptAnswers.add(new CompletableFuture<>());
    recover();
    time.pass(PATIENCE.minusMillis(1));
    assertThat(recovered).isNotDone();

    time.pass(Duration.ofMillis(1));

    assertThat(recovered).isCompletedWithValue(2);
    assertThat(definitions.silent())
        .containsExactly("the held runtime did not answer within 5 minutes of the daemon's start");
  }

  @Test
  void aSweepThatDoesNotAnswerSilencesTheRuntimeToo() {
    runtime.sweepAnswers.add(new CompletableFuture<>());
    recover();
    assertThat(recovered).isNotDone();

    time.pass(PATIENCE);

    assertThat(recovered).isCompletedWithValue(0);
    assertThat(definitions.silent()).hasSize(1);
  }

  @Test
  void nothingBeginsInARuntimeThatIsSilent() {
    runtime.sweepAnswers.add(new CompletableFuture<>());
    recover();
    time.pass(PATIENCE);

    assertThat(definitions.runtimes().getFirst().capabilities().available()).isFalse();
    assertThat(definitions.add(anotherDefinition()))
        .isCompletedWithValueMatching(reply ->
            reply instanceof Reply.Refused<Definition>(var why)
                && why.code() == RefusalCode.RUNTIME_UNAVAILABLE);
  }

  @Test
  void aRuntimeThatAnswersLeavesNoAlarmBehind() {
    recover();

    assertThat(recovered).isCompletedWithValue(0);
    assertThat(definitions.silent()).isEmpty();
    assertThat(time.pending()).isZero();
  }

  private static NewDefinition anotherDefinition() {
    return new NewDefinition(
        new DefinitionName("e"),
        "1",
        HeldRuntime.NAME,
        JsonText.EMPTY_OBJECT,
        RetryPolicy.DEFAULT,
        Optional.empty(),
        1,
        Map.of());
  }

  private static StoredJob inFlight(int number) {
    return new StoredJob(
        Job.spawned(Ids.job(number), DEFINITION, ManualTime.START, Optional.empty()),
        new Version(1));
  }
}
