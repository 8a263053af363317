package torpor.runtime.qemu.session;

import java.io.IOException;

/// A guest's copy is not what the protocol allows.
final class MalformedCopyException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedCopyException(String message) {
    super(message);
  }
}
