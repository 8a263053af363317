package torpor.engine.effect;

/// The node may be somebody else's by now, so nothing may run on it.
final class LeaseRanOutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean begun;

  /// @param begun whether something may have run before it was ended
  LeaseRanOutException(boolean begun) {
    super("the daemon's lease on this node has run out");
    this.begun = begun;
  }

  /// Then the life is over, for its program may have called already; otherwise it can begin later.
  boolean begun() {
    return begun;
  }
}
