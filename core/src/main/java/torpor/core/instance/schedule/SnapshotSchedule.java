package torpor.core.instance.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;

/// A plan that an instance has, and how far it has come.
///
/// @param nextRun when it is due; in the past while the instance is busy with something else, or
///   nobody was there
/// @param lastRun when it last had its turn, whatever came of it
/// @param lastSnapshot what it last took, or found the instance asleep on
/// @param lastError why its last run took none
/// @param underWay the snapshot that it is taking
public record SnapshotSchedule(
    SnapshotPlan plan,
    Instant createdAt,
    Instant updatedAt,
    Instant nextRun,
    Optional<Instant> lastRun,
    Optional<SnapshotNumber> lastSnapshot,
    Optional<String> lastError,
    Optional<SnapshotNumber> underWay) {

  /// The first run is one interval from now.
  public static SnapshotSchedule begin(SnapshotPlan plan, Instant now) {
    return new SnapshotSchedule(
        plan,
        now,
        now,
        now.plus(plan.interval()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// Another plan. The next run stays when it is, unless the interval is another.
  public SnapshotSchedule with(SnapshotPlan next, Instant now) {
    boolean sameBeat = next.interval().equals(plan.interval());
    return new SnapshotSchedule(
        next,
        createdAt,
        now,
        sameBeat ? nextRun : now.plus(next.interval()),
        lastRun,
        lastSnapshot,
        lastError,
        underWay);
  }

  public boolean isDue(Instant now) {
    return !now.isBefore(nextRun);
  }

  /// It has its turn now, and takes a snapshot.
  public SnapshotSchedule taking(SnapshotNumber number, Instant now) {
    return turn(now, lastSnapshot, lastError, Optional.of(number));
  }

  /// It has its turn, and there is nothing new to take: the instance sleeps on a snapshot.
  public SnapshotSchedule asleepOn(SnapshotNumber number, Instant now) {
    return turn(now, Optional.of(number), Optional.empty(), Optional.empty());
  }

  /// It has its turn, and nothing can be taken.
  public SnapshotSchedule skipped(String why, Instant now) {
    return turn(now, lastSnapshot, Optional.of(why), Optional.empty());
  }

  private SnapshotSchedule turn(
      Instant now,
      Optional<SnapshotNumber> last,
      Optional<String> error,
      Optional<SnapshotNumber> taking) {
    return new SnapshotSchedule(
        plan, createdAt, updatedAt, after(now), Optional.of(now), last, error, taking);
  }

  /// The first time of its beat that is still to come; those that nobody was there for are left
  /// out.
  private Instant after(Instant now) {
    Duration late = Duration.between(nextRun, now);
    long beats = late.isNegative() ? 0 : late.dividedBy(plan.interval()) + 1;
    return nextRun.plus(plan.interval().multipliedBy(beats));
  }

  /// What it was taking is durable.
  public SnapshotSchedule taken(SnapshotNumber number) {
    return ended(Optional.of(number), Optional.empty());
  }

  /// What it was taking will not come.
  public SnapshotSchedule failed(String why) {
    return ended(lastSnapshot, Optional.of(why));
  }

  private SnapshotSchedule ended(Optional<SnapshotNumber> last, Optional<String> error) {
    return new SnapshotSchedule(
        plan, createdAt, updatedAt, nextRun, lastRun, last, error, Optional.empty());
  }
}
