package torpor.core.retry;

import java.util.Locale;

/// Why a job's machine, or the job itself, ended without a result. A closed list; the lower-case
/// name is part of the API.
public enum TerminationReason {
  /// The program ended with a code other than 0.
  EXITED,
  OOM_KILLED,
  /// Ended by a signal or a trap.
  SIGNALLED,
  KILLED_BY_USER,
  START_FAILED,
  RESTORE_FAILED,
  CHECKPOINT_FAILED,
  /// The job's timeout or the program's processor time ran out.
  DEADLINE,
  LEASE_LOST,
  /// The daemon or the host died under it.
  NODE_LOST,
  IMAGE_ERROR;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
