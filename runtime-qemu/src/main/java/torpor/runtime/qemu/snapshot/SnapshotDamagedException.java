package torpor.runtime.qemu.snapshot;

import java.io.IOException;

/// A snapshot's directory is not what was written.
public final class SnapshotDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public SnapshotDamagedException(String message) {
    super(message);
  }

  public SnapshotDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
