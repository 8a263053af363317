package torpor.core.instance.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.snapshot.SnapshotNumber;

/// What is being done to an instance.
///
/// @param number counts the operations of this instance, from 1
/// @param tries how often a birth has been tried by daemons that died in it
/// @param snapshot the one being taken, or to go on from
/// @param label a name that a person gave the snapshot being taken
/// @param grace how long a program that is to end may take
/// @param failure why it has failed already: what is left of it is undoing
public record Operation(
    int number,
    Kind kind,
    Step step,
    Instant since,
    int tries,
    Optional<SnapshotNumber> snapshot,
    Optional<String> label,
    Duration grace,
    Optional<Refusal> failure) {
  public static final int MOST_TRIES = 3;

  /// What was asked for.
  public enum Kind {
    CREATE,
    START,
    RESTORE,
    STANDBY,
    SNAPSHOT,
    PAUSE,
    RESUME,
    STOP,
    DELETE;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The one thing that is under way. Each is an effect of the same name.
  public enum Step {
    IMAGE,
    DISKS,
    NETWORK,
    START,
    RESTORE,
    SNAPSHOT,
    PAUSE,
    RESUME,
    RELEASE,
    KILL,
    DETACH,
    REMOVE;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether there may be a machine while it is under way, whatever the state says.
    public boolean mayHaveMachine() {
      return isBirth() || this == RELEASE || this == KILL;
    }

    /// Whether a machine comes of it.
    public boolean isBirth() {
      return this == START || this == RESTORE;
    }
  }

  public static Operation of(int number, Kind kind, Step step, Instant since) {
    return new Operation(
        number,
        kind,
        step,
        since,
        1,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO,
        Optional.empty());
  }

  public Operation at(Step next) {
    return new Operation(number, kind, next, since, tries, snapshot, label, grace, failure);
  }

  public Operation again() {
    return new Operation(number, kind, step, since, tries + 1, snapshot, label, grace, failure);
  }

  public Operation on(SnapshotNumber number) {
    return new Operation(
        this.number, kind, step, since, tries, Optional.of(number), label, grace, failure);
  }

  public Operation labelled(Optional<String> name) {
    return new Operation(number, kind, step, since, tries, snapshot, name, grace, failure);
  }

  public Operation within(Duration patience) {
    return new Operation(number, kind, step, since, tries, snapshot, label, patience, failure);
  }

  public Operation failing(Refusal why) {
    return new Operation(
        number, kind, step, since, tries, snapshot, label, grace, Optional.of(why));
  }
}
