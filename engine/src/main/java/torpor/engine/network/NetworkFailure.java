package torpor.engine.network;

import java.util.concurrent.CompletionException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

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

  /// The failure of a future, as one of these.
  static NetworkFailure of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof NetworkFailure known
        ? known
        : new NetworkFailure(
            Refusal.of(
                RefusalCode.NETWORK_UNAVAILABLE,
                "The host's network could not be changed: " + cause.getMessage(),
                "See what it names; `torpor doctor` tries this host's network."),
            cause);
  }

  public Refusal refusal() {
    return refusal;
  }
}
