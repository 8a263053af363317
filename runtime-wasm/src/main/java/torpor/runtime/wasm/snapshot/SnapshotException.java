package torpor.runtime.wasm.snapshot;

/// A snapshot could not be written or cannot be used.
public final class SnapshotException extends Exception {
  /// What kind of trouble it is.
  public enum Problem {
    /// The disk or quota is full; the guest and all earlier snapshots are intact.
    NO_SPACE,
    /// Writing failed for another reason; the guest and all earlier snapshots are intact.
    NOT_WRITTEN,
    /// There is no snapshot, or not all of it.
    INCOMPLETE,
    /// The content does not match its checksums.
    CORRUPT,
    /// It was taken by another version, or of another module.
    INCOMPATIBLE
  }

  private final Problem problem;

  public SnapshotException(Problem problem, String detail) {
    super(detail);
    this.problem = problem;
  }

  public SnapshotException(Problem problem, String detail, Throwable cause) {
    super(detail, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
