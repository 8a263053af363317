package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import torpor.wire.Event;

/// The judges of the kills, judged: each sees the fault it is there for.
class HistoryTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private final List<Event> events = new ArrayList<>();

  private void happened(int second, String kind, String... attributes) {
    Map<String, String> about = new HashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      about.put(attributes[i], attributes[i + 1]);
    }
    events.add(
        new Event(events.size() + 1L, "job_1", NOON.plusSeconds(second), kind, Map.copyOf(about)));
  }

  private History history() {
    return new History("job_1", events);
  }

  @Test
  void aRestoreOfTheNewestSnapshotIsFine() {
    happened(0, "job.starting", "generation", "1");
    happened(1, "job.checkpointed", "snapshot", "1");
    happened(2, "job.checkpointed", "snapshot", "2");
    happened(3, "job.restoring", "generation", "2", "snapshot", "2");
    assertThatCode(() -> history().neverRollsBack()).doesNotThrowAnyException();
  }

  @Test
  void aRestoreOfAnOlderSnapshotIsSeen() {
    happened(0, "job.starting", "generation", "1");
    happened(1, "job.checkpointed", "snapshot", "1");
    happened(2, "job.checkpointed", "snapshot", "2");
    happened(3, "job.restoring", "generation", "2", "snapshot", "1");
    assertThatThrownBy(() -> history().neverRollsBack()).isInstanceOf(AssertionError.class);
  }

  @Test
  void aStartOverIsSeen() {
    happened(0, "job.starting", "generation", "1");
    happened(1, "job.checkpointed", "snapshot", "1");
    happened(2, "job.starting", "generation", "2");
    assertThatThrownBy(() -> history().neverRollsBack()).isInstanceOf(AssertionError.class);
  }

  @Test
  void aLifeThatHadItsNumberBeforeIsSeen() {
    happened(0, "job.starting", "generation", "1");
    happened(1, "job.starting", "generation", "1");
    assertThatThrownBy(() -> history().neverRollsBack()).isInstanceOf(AssertionError.class);
  }

  @Test
  void anEarlyWakeIsSeen() {
    happened(0, "job.suspended", "until", NOON.plusSeconds(5).toString());
    happened(4, "job.woken", "by", "timer");
    assertThatThrownBy(() -> history().everySleepEndsOnce()).isInstanceOf(AssertionError.class);
  }

  @Test
  void aSleepThatNeverEndsIsSeen() {
    happened(0, "job.suspended", "until", NOON.toString());
    assertThatThrownBy(() -> history().everySleepEndsOnce()).isInstanceOf(AssertionError.class);
  }

  @Test
  void aSecondEndIsSeen() {
    happened(0, "job.completed");
    happened(1, "job.completed");
    assertThatThrownBy(() -> history().endedOnce("job.completed"))
        .isInstanceOf(AssertionError.class);
  }
}
