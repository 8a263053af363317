package torpor.core.retry;

import java.util.Locale;

/// From where a failed job goes on. With `NEWEST_CHECKPOINT`, a job that never had a checkpoint
/// starts over, as there is nothing to roll back; one that had never falls back behind it.
public enum RetryFrom {
  NEWEST_CHECKPOINT,
  START;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
