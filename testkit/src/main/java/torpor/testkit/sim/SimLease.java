package torpor.testkit.sim;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.engine.lease.Lease;
import torpor.engine.store.StoreFailure;
import torpor.testkit.memory.MemoryTables;

/// One daemon's lease on the node, kept where its rows are.
final class SimLease implements Lease {
  static final Duration LENGTH = Duration.ofSeconds(30);

  private final Stage stage;
  private final MemoryTables tables;
  private final long epoch;

  SimLease(Stage stage, MemoryTables tables, long epoch) {
    this.stage = stage;
    this.tables = tables;
    this.epoch = epoch;
  }

  @Override
  public Optional<Duration> length() {
    return Optional.of(LENGTH);
  }

  @Override
  public CompletionStage<Boolean> renew() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    stage.later(() -> {
      if (stage.life().isolated() || stage.dice().chance(stage.trouble().storeBefore())) {
        answer.completeExceptionally(
            new StoreFailure(
                StoreFailure.Kind.UNAVAILABLE, "simulated", new IOException("simulated")));
        return;
      }
      boolean ours = tables.renew(epoch, stage.scheduler().instant().plus(LENGTH));
      stage.later(() -> answer.complete(ours));
    });
    return answer;
  }
}
