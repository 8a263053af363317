package torpor.runtime.wasm.wasi;

/// A WASI call that ends with an error number; caught at the boundary to the guest, never logged.
public final class ErrnoException extends RuntimeException {
  private final Errno errno;

  public ErrnoException(Errno errno) {
    super(errno.name(), null, false, false);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
