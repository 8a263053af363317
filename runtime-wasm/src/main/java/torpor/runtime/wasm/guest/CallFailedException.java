package torpor.runtime.wasm.guest;

/// A host call that answers with an error; becomes the call's return value.
public final class CallFailedException extends RuntimeException {
  private final CallError error;

  public CallFailedException(CallError error, String detail) {
    super(detail, null, false, false);
    this.error = error;
  }

  public CallError error() {
    return error;
  }
}
