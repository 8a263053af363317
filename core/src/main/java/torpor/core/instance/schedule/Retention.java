package torpor.core.instance.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;

/// How long the snapshots of a schedule are kept. At least one of the two is given; where both are,
/// a snapshot goes as soon as either says so.
///
/// @param maxCount how many are kept, 1 or more
/// @param maxAge how old one may become
public record Retention(Optional<Integer> maxCount, Optional<Duration> maxAge) {
  public Retention {
    if (maxCount.isEmpty() && maxAge.isEmpty()) {
      throw new IllegalArgumentException("a retention without a bound keeps everything");
    }
    if (maxCount.filter(count -> count < 1).isPresent()) {
      throw new IllegalArgumentException("fewer than one snapshot cannot be kept");
    }
    if (maxAge.filter(age -> !age.isPositive()).isPresent()) {
      throw new IllegalArgumentException("an age is longer than nothing");
    }
  }

  /// A snapshot that the schedule took.
  public record Own(SnapshotNumber number, Instant takenAt) {}

  /// Which are to go, the oldest first.
  ///
  /// @param own all that the schedule took and that still exist
  /// @param newest the instance's newest of all, whoever took it: it never goes, however old, since
  ///   it is what a restore goes on from
  public List<SnapshotNumber> expired(List<Own> own, Optional<SnapshotNumber> newest, Instant now) {
    List<Own> newestFirst =
        own.stream().sorted(Comparator.comparing(Own::number).reversed()).toList();
    return newestFirst.stream()
        .filter(snapshot ->
            isOneTooMany(newestFirst.indexOf(snapshot)) || isTooOld(snapshot.takenAt(), now))
        .map(Own::number)
        .filter(number -> !newest.equals(Optional.of(number)))
        .sorted()
        .toList();
  }

  private boolean isOneTooMany(int before) {
    return maxCount.filter(most -> before >= most).isPresent();
  }

  private boolean isTooOld(Instant takenAt, Instant now) {
    return maxAge.filter(age -> takenAt.plus(age).isBefore(now)).isPresent();
  }
}
