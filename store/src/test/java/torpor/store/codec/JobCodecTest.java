package torpor.store.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Waker;
import torpor.testkit.store.StoreSamples;

class JobCodecTest {
  private static final DefinitionId DEFINITION = new DefinitionId(5);
  private static final Instant LATER = StoreSamples.T0.plusSeconds(3600);

  @Test
  void everyStateAndEveryOptionalSurvivesTheRoundTrip() {
    for (Job job : StoreSamples.everyState(1, DEFINITION)) {
      JobCodec.Opened opened = JobCodec.open(JobCodec.encode(job, LATER));
      assertThat(opened.job(List.of())).isEqualTo(job);
      assertThat(opened.hasInbox()).isFalse();
    }
  }

  @Test
  void theBodySaysWhetherThereIsAnInbox() {
    Job job = StoreSamples.pending(StoreSamples.id(1), DEFINITION);
    Job receiving =
        new Job(
            job.id(),
            job.definition(),
            job.spawnedAt(),
            job.deadline(),
            job.tally(),
            job.newest(),
            job.older(),
            job.lastSnapshot(),
            job.locks(),
            1,
            List.of(StoreSamples.signal(1, false)),
            job.progress(),
            job.state());
    JobCodec.Opened opened = JobCodec.open(JobCodec.encode(receiving, LATER));
    assertThat(opened.hasInbox()).isTrue();
    assertThat(opened.job(receiving.inbox())).isEqualTo(receiving);
  }

  @Test
  void theBodyOfASleepingJobRepeatsNothingThatAColumnSays() {
    Instant since = StoreSamples.T0.plusSeconds(1);
    Job asleep =
        StoreSamples.asleep(
            StoreSamples.pending(StoreSamples.id(1), DEFINITION),
            3,
            new Waker(Optional.of(LATER), Optional.empty()),
            since);
    assertThat(JobCodec.encode(asleep, since).body())
        .isEqualTo("{\"v\":1,\"g\":3,\"n\":[3,0,\"step-3\"]}");
  }

  @Test
  void theSnapshotsKeptAreRunsOfNumbersFromTheNewestDownwards() {
    Job asleep = asleepWith(10, 1, 2, 5, 8, 9);
    JobRow row = JobCodec.encode(asleep, LATER);
    assertThat(row.body()).contains("\"h\":[2,2,1,2,2]");
    assertThat(JobCodec.open(row).job(List.of())).isEqualTo(asleep);

    Job gap = asleepWith(10, 7);
    assertThat(JobCodec.encode(gap, LATER).body()).contains("\"h\":[0,2,1]");
    assertThat(JobCodec.open(JobCodec.encode(gap, LATER)).job(List.of())).isEqualTo(gap);
  }

  /// Databases out there hold rows from before the kept snapshots were in them.
  @Test
  void aRowThatDoesNotSayWhichSnapshotsAreKeptIsStillRead() {
    Job asleep = asleepWith(3);
    JobRow row = JobCodec.encode(asleep, asleep.state().since());
    assertThat(row.body()).isEqualTo("{\"v\":1,\"g\":3,\"n\":[3,0,\"step-3\"]}");
    assertThat(JobCodec.open(row).job(List.of()).older()).isEmpty();
  }

  private static Job asleepWith(int newest, Integer... older) {
    Job asleep =
        StoreSamples.asleep(
            StoreSamples.pending(StoreSamples.id(1), DEFINITION),
            newest,
            new Waker(Optional.of(LATER), Optional.empty()),
            StoreSamples.T0);
    return new Job(
        asleep.id(),
        asleep.definition(),
        asleep.spawnedAt(),
        asleep.deadline(),
        asleep.tally(),
        asleep.newest(),
        Stream.of(older).map(SnapshotNumber::new).toList(),
        asleep.lastSnapshot(),
        asleep.locks(),
        asleep.lastSignal(),
        asleep.inbox(),
        asleep.progress(),
        asleep.state());
  }

  @Test
  void aBodyOfAnotherLayoutIsRefused() {
    Job job = StoreSamples.pending(StoreSamples.id(1), DEFINITION);
    JobRow row = JobCodec.encode(job, LATER);
    JobRow newer =
        new JobRow(
            row.id(),
            row.definition(),
            row.phase(),
            row.dueAt(),
            row.spawnedAt(),
            row.updatedAt(),
            "{\"v\":2}");
    assertThatIllegalStateException()
        .isThrownBy(() -> JobCodec.open(newer))
        .withMessageContaining("layout 2");
  }
}
