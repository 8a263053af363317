package torpor.store.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.StoreFailure;
import torpor.store.sql.Session;

/// What is queued at a [Writer].
sealed interface Item {
  void fail(StoreFailure why);

  record Commit(Prepared prepared, CompletableFuture<CommitOutcome> done) implements Item {
    @Override
    public void fail(StoreFailure why) {
      done.completeExceptionally(why);
    }
  }

  record Work<T>(int lines, Writer.NumberedTask<T> task, CompletableFuture<T> done)
      implements Item {
    @Override
    public void fail(StoreFailure why) {
      done.completeExceptionally(why);
    }

    /// The caller's future, once the transaction is through.
    Runnable run(Session session, long firstSequence) throws SQLException {
      T result = task.run(session, firstSequence);
      return () -> done.complete(result);
    }
  }

  /// Wakes the writer for numbers that somebody else left unsettled.
  record LookAfter() implements Item {
    @Override
    public void fail(StoreFailure why) {}
  }

  /// Wakes the writer for the last time.
  record Stop() implements Item {
    @Override
    public void fail(StoreFailure why) {}
  }

  /// The longest run of commits in which no job and no idempotency key comes twice.
  static List<Commit> group(Deque<Item> items) {
    List<Commit> group = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    while (items.peek() instanceof Commit commit
        && seen.add(commit.prepared().id())
        && commit.prepared().idempotency().map(Idempotency::key).map(seen::add).orElse(true)) {
      group.add(commit);
      items.remove();
    }
    return group;
  }
}
