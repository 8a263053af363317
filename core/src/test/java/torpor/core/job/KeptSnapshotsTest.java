package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.retry.RetryPolicy;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;

/// Which snapshots stay: as many as the definition asks for, of those that exist.
class KeptSnapshotsTest {
  private int keep = 2;
  private Job job =
      JobRules.spawn(Samples.ID, new DefinitionId(1), Optional.empty(), Samples.NOW).next();
  private List<Effect> effects = List.of();

  @Test
  void theOldestGoesOnceThereIsOneTooMany() {
    run();
    succeed(1, 2);
    assertThat(effects).noneMatch(effect -> effect instanceof Effect.DropSnapshots);
    succeed(3);
    assertThat(effects).contains(new Effect.DropSnapshots(number(2)));
    assertThat(kept()).containsExactly(2, 3);
  }

  @Test
  void aCheckpointThatFailedTakesNoPlace() {
    run();
    succeed(1);
    fail(2);
    fail(3);
    succeed(4);
    assertThat(kept()).containsExactly(1, 4);
    assertThat(effects).noneMatch(effect -> effect instanceof Effect.DropSnapshots);
    succeed(5);
    assertThat(kept()).containsExactly(4, 5);
    assertThat(effects).contains(new Effect.DropSnapshots(number(4)));
  }

  @Test
  void oneAloneIsTheNewest() {
    keep = 1;
    run();
    succeed(1);
    fail(2);
    succeed(3);
    assertThat(kept()).containsExactly(3);
    assertThat(effects).contains(new Effect.DropSnapshots(number(3)));
  }

  @Test
  void goingBackForgetsWhatIsNewer() {
    keep = 3;
    run();
    succeed(1, 2, 3);
    Job back = job.withNewest(Optional.of(ref(2)));
    assertThat(back.older()).containsExactly(number(1));
    assertThat(job.withNewest(Optional.empty()).older()).isEmpty();
  }

  /// What it kept is not known, so all of it stays until there is one too many.
  @Test
  void theRowOfAnEarlierVersionFillsUpAgain() {
    run();
    succeed(1, 2);
    job = job.withOlder(List.of());
    succeed(3);
    assertThat(effects).noneMatch(effect -> effect instanceof Effect.DropSnapshots);
    succeed(4);
    assertThat(effects).contains(new Effect.DropSnapshots(number(3)));
    assertThat(kept()).containsExactly(3, 4);
  }

  private void run() {
    accept(new JobEvent.Admitted());
    accept(new JobEvent.MachineUp(job.generation(), Samples.MACHINE));
  }

  private void succeed(int... numbers) {
    for (int number : numbers) {
      ask(number);
      accept(
          new JobEvent.SnapshotTaken(
              job.generation(), number(number), new SnapshotFacts(1, Optional.empty())));
    }
  }

  private void fail(int number) {
    ask(number);
    accept(new JobEvent.SnapshotFailed(job.generation(), number(number), Samples.NO_SPACE, false));
  }

  private void ask(int number) {
    accept(
        new JobEvent.CheckpointAsked(
            Optional.empty(), new Token("step-" + number), Optional.empty(), Optional.empty()));
  }

  private void accept(JobEvent event) {
    Decision decision =
        JobRules.decide(job, event, Samples.facts(Samples.NOW, RetryPolicy.DEFAULT, keep));
    assertThat(decision).as("%s in %s", event, job.state()).isInstanceOf(Decision.Accepted.class);
    job = ((Decision.Accepted) decision).next();
    effects = ((Decision.Accepted) decision).effects();
  }

  private List<Integer> kept() {
    return Stream.concat(job.older().stream(), job.newest().stream().map(SnapshotRef::number))
        .map(SnapshotNumber::number)
        .toList();
  }

  private static SnapshotRef ref(int number) {
    return new SnapshotRef(
        number(number), Samples.NOW, new Token("step-" + number), Optional.empty());
  }

  private static SnapshotNumber number(int number) {
    return new SnapshotNumber(number);
  }
}
