package torpor.runtime.qemu.qmp;

import java.io.IOException;

/// QEMU said no, said nothing in time, or is gone.
public final class QmpException extends IOException {
  private static final long serialVersionUID = 1L;

  public QmpException(String message) {
    super(message);
  }

  public QmpException(String message, Throwable cause) {
    super(message, cause);
  }
}
