package torpor.engine.disk;

/// A file operation failed.
public final class DiskFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean noSpace;

  public DiskFailure(String attempted, boolean noSpace, Throwable cause) {
    super(attempted, cause);
    this.noSpace = noSpace;
  }

  /// Whether the disk, or a quota, is full.
  public boolean noSpace() {
    return noSpace;
  }
}
