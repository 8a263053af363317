package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import torpor.core.definition.Definition;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.store.Stores.Opener;
import torpor.store.sql.ConnectionSource;
import torpor.testkit.store.StoreSamples;

/// Opens stores for tests.
final class OpenStores {
  static final Opener OPENER = new Opener("node-1", "data-1");
  static final InstantSource CLOCK = InstantSource.fixed(StoreSamples.T0);

  private OpenStores() {}

  static StoreAddress sqlite(Path directory) {
    return new StoreAddress.Sqlite(directory.resolve("torpor.db"));
  }

  static SqlJobStore open(StoreAddress address) {
    return open(address, OPENER, CLOCK);
  }

  static SqlJobStore open(StoreAddress address, Opener opener, InstantSource clock) {
    return opened(Stores.open(address, opener, clock));
  }

  static SqlJobStore open(StoreAddress address, UnaryOperator<ConnectionSource> wrapping) {
    return opened(Stores.open(address, OPENER, CLOCK, wrapping));
  }

  static InstantSource at(Instant now) {
    return InstantSource.fixed(now);
  }

  private static SqlJobStore opened(Reply<SqlJobStore> reply) {
    return switch (reply) {
      case Reply.Done<SqlJobStore>(SqlJobStore store) -> store;
      case Reply.Refused<SqlJobStore>(Refusal refusal) ->
          throw new AssertionError("refused: " + refusal);
    };
  }

  static Refusal refusal(Reply<?> reply) {
    assertThat(reply).isInstanceOf(Reply.Refused.class);
    return ((Reply.Refused<?>) reply).refusal();
  }

  static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the store did not do it", e);
    }
  }

  static Definition define(SqlJobStore store) {
    return ((Reply.Done<Definition>)
            done(store.addDefinition(StoreSamples.definition("a", "1"), StoreSamples.T0)))
        .value();
  }
}
