package torpor.engine.store;

/// The store could not do what was asked, for a reason outside the request.
public final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kept it.
  public enum Kind {
    NO_SPACE,
    UNAVAILABLE
  }

  private final Kind kind;

  public StoreFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
