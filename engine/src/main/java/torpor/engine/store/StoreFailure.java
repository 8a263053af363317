package torpor.engine.store;

import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

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

  /// What it means to whoever asked.
  public Refusal refusal() {
    return switch (kind) {
      case NO_SPACE ->
          Refusal.of(
              RefusalCode.NO_SPACE,
              "The store has no space left",
              "Free some space on its disk and repeat the call.");
      case UNAVAILABLE ->
          Refusal.of(
              RefusalCode.STORE_UNAVAILABLE,
              "The store cannot be reached",
              "Repeat the call; the daemon's log says what is wrong with the store.");
    };
  }
}
