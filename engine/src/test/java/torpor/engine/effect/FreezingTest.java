package torpor.engine.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.job.JobEvent;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.fake.HeldRuntime;

class FreezingTest {
  private static final Duration DEADLINE = Duration.ofMinutes(30);
  private static final SnapshotFacts FACTS = new SnapshotFacts(1, Optional.empty());

  private final EffectLab lab = new EffectLab();
  private final HeldRuntime runtime = lab.runtime;

  @Test
  void whatIsWrittenInTimeIsPublishedAndThenTold() {
    lab.snapshot(1);
    runtime.snapshots.getFirst().complete(FACTS);

    assertThat(lab.directories.noted).containsExactly("stage 1", "publish 1");
    assertThat(lab.told).singleElement().isInstanceOf(JobEvent.SnapshotTaken.class);
  }

  @Test
  void whatIsWrittenTooLateIsNeverPublished() {
    lab.snapshot(1);
    lab.pass(DEADLINE);
    assertThat(lab.told).singleElement().isInstanceOf(JobEvent.SnapshotFailed.class);

    runtime.snapshots.getFirst().complete(FACTS);

    assertThat(lab.directories.noted).containsExactly("stage 1", "drop staged 1", "drop staged 1");
    assertThat(lab.told).hasSize(1);
  }

  @Test
  void aRepeatedCheckpointBeginsOnlyOnceTheOverdueOneIsOver() {
    lab.snapshot(1);
    lab.pass(DEADLINE);

    lab.snapshot(2);
    assertThat(runtime.snapshots).hasSize(1);
    runtime.snapshots.getFirst().complete(FACTS);
    assertThat(runtime.snapshots).hasSize(2);
    runtime.snapshots.getLast().complete(FACTS);

    assertThat(lab.directories.noted)
        .containsExactly("stage 1", "drop staged 1", "drop staged 1", "stage 2", "publish 2");
    assertThat(lab.told).last().isInstanceOf(JobEvent.SnapshotTaken.class);
  }

  @Test
  void aRepeatedCheckpointThatCannotBeginInTimeFailsAndNeverBegins() {
    lab.snapshot(1);
    lab.pass(DEADLINE);
    lab.snapshot(2);
    lab.pass(DEADLINE);
    assertThat(lab.told).hasSize(2).allMatch(JobEvent.SnapshotFailed.class::isInstance);

    runtime.snapshots.getFirst().complete(FACTS);

    assertThat(runtime.snapshots).hasSize(1);
    assertThat(lab.directories.noted).doesNotContain("stage 2", "publish 1", "publish 2");
  }
}
