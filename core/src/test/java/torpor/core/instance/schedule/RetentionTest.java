package torpor.core.instance.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.snapshot.SnapshotNumber;

class RetentionTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  /// One an hour, the first at T0.
  private static List<Retention.Own> hourly(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> new Retention.Own(new SnapshotNumber(i), at(i - 1)))
        .toList();
  }

  private static Instant at(int hours) {
    return T0.plus(Duration.ofHours(hours));
  }

  private static List<Integer> expired(Retention rule, int count, int newest, Instant now) {
    return rule.expired(hourly(count), Optional.of(new SnapshotNumber(newest)), now).stream()
        .map(SnapshotNumber::number)
        .toList();
  }

  @Test
  void asManyAsWantedAreKept() {
    Retention three = new Retention(Optional.of(3), Optional.empty());
    assertThat(expired(three, 5, 5, at(5))).containsExactly(1, 2);
    assertThat(expired(three, 3, 3, at(100))).isEmpty();
    assertThat(expired(three, 0, 9, at(0))).isEmpty();
  }

  @Test
  void whatIsTooOldGoesToo() {
    Retention both = new Retention(Optional.of(4), Optional.of(Duration.ofHours(2)));
    assertThat(expired(both, 5, 5, at(4))).containsExactly(1, 2);
    assertThat(expired(both, 5, 9, at(24))).containsExactly(1, 2, 3, 4, 5);
    Retention twoHours = new Retention(Optional.empty(), Optional.of(Duration.ofHours(2)));
    assertThat(expired(twoHours, 1, 9, at(2))).as("as old as allowed").isEmpty();
  }

  @Test
  void theNewestOfAllStaysHoweverOld() {
    Retention anHour = new Retention(Optional.of(1), Optional.of(Duration.ofHours(1)));
    assertThat(expired(anHour, 3, 3, at(1000))).containsExactly(1, 2);
    assertThat(expired(anHour, 3, 2, at(1000))).containsExactly(1, 3);
  }

  @Test
  void withoutABoundThereIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Retention(Optional.empty(), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Retention(Optional.of(0), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Retention(Optional.empty(), Optional.of(Duration.ZERO)));
  }
}
