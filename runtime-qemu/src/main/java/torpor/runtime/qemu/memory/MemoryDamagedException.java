package torpor.runtime.qemu.memory;

import java.io.IOException;

/// A layer of a memory is not what was written.
public final class MemoryDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  public MemoryDamagedException(String message) {
    super(message);
  }

  public MemoryDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
