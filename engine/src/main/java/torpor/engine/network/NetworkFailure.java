package torpor.engine.network;

import torpor.core.refusal.Refusal;

/// The host's network could not be changed as asked.
public final class NetworkFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Refusal refusal;

  public NetworkFailure(Refusal refusal, Throwable cause) {
    super(refusal.detail(), cause);
    this.refusal = refusal;
  }

  public NetworkFailure(Refusal refusal) {
    super(refusal.detail());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
