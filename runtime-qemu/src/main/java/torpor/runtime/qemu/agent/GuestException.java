package torpor.runtime.qemu.agent;

import java.io.IOException;

/// The guest's init refused a request, did not answer in time, or is gone.
public final class GuestException extends IOException {
  private static final long serialVersionUID = 1L;
  private final String code;

  /// @param code the protocol's word for it, `gone` where there was no answer
  public GuestException(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
