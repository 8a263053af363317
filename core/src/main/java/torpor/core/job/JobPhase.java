package torpor.core.job;

import java.util.Locale;

/// The names of the states, for lists, filters and the API. Codes are stored and never reused.
public enum JobPhase {
  PENDING(1, Kind.QUEUED),
  STARTING(2, Kind.LIVE),
  RUNNING(3, Kind.LIVE),
  CHECKPOINTING(4, Kind.LIVE),
  SUSPENDING(5, Kind.LIVE),
  SUSPENDED(6, Kind.WAITING),
  RESTORING(7, Kind.LIVE),
  PENDING_RETRY(8, Kind.WAITING),
  EXITING(9, Kind.LIVE),
  TERMINATING(10, Kind.LIVE),
  COMPLETED(11, Kind.ENDED),
  FAILED(12, Kind.ENDED),
  CANCELLED(13, Kind.ENDED);

  /// What a phase asks of a node: a queue place, a machine, only a row, or nothing any more.
  public enum Kind {
    QUEUED,
    LIVE,
    WAITING,
    ENDED
  }

  private final int code;
  private final Kind kind;

  JobPhase(int code, Kind kind) {
    this.code = code;
    this.kind = kind;
  }

  public int code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException where no phase has that code
  public static JobPhase ofCode(int code) {
    for (JobPhase phase : values()) {
      if (phase.code == code) {
        return phase;
      }
    }
    throw new IllegalArgumentException("no phase has code " + code);
  }
}
