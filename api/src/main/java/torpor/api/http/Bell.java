package torpor.api.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/// Lets one thread wait for any of several things. Rings between [#listen] and the wait are heard.
public final class Bell {
  private final AtomicReference<CompletableFuture<Void>> next =
      new AtomicReference<>(new CompletableFuture<>());

  public void ring() {
    next.get().complete(null);
  }

  /// Completes at the first ring from now on.
  public CompletionStage<Void> listen() {
    CompletableFuture<Void> fresh = new CompletableFuture<>();
    next.set(fresh);
    return fresh;
  }
}
