package torpor.runtime.wasm.wasi;

/// `proc_exit`: leaves the guest's frames; not an error.
public final class ProcessExit extends RuntimeException {
  private final int code;

  public ProcessExit(int code) {
    super("exit " + code, null, false, false);
    this.code = code;
  }

  public int code() {
    return code;
  }
}
