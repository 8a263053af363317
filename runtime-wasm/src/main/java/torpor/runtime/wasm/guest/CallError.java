package torpor.runtime.wasm.guest;

/// The negative answers of the `torpor` host calls; part of the ABI, see `torpor.h`.
public enum CallError {
  /// Nothing there, or the timeout passed.
  NOT_FOUND(-1),
  /// An argument is out of range.
  INVALID(-2),
  /// Not allowed now; the reason is in the guest's log.
  REFUSED(-3),
  /// Repeat the call with the same token.
  TEMPORARY(-4),
  /// No space for the checkpoint; the previous one is intact.
  NO_SPACE(-5);

  private final int code;

  CallError(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
