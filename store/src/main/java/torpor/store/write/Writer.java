package torpor.store.write;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.serial.LentThread;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.Transition;
import torpor.store.sql.Dialect;
import torpor.store.sql.Session;
import torpor.store.sql.Trouble;

/// One connection, and a thread that writes what is queued on it, batch by batch. A platform
/// thread, because it spends its life in native calls and fsync.
///
/// While commits come one at a time and the disk is quick, whoever asks on a [LentThread] writes
/// its own: two changes of threads cost more than such a commit. The pen says who writes.
public final class Writer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final int MAX_BATCH = 512;
  private static final Duration REOPEN_AFTER = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  /// A lent thread may be a virtual one, which keeps its carrier from all others during a commit.
  private static final Duration QUICK = Duration.ofMillis(1);

  private static final boolean SPARE_CARRIER = Runtime.getRuntime().availableProcessors() > 1;

  /// Something else than a transition, within a transaction of its own.
  @FunctionalInterface
  public interface Task<T> {
    T run(Session session) throws SQLException;
  }

  /// As [Task], with lines of history to write.
  @FunctionalInterface
  public interface NumberedTask<T> {
    /// @param firstSequence the first of as many numbers as were asked for
    T run(Session session, long firstSequence) throws SQLException;
  }

  /// Opens the writer's session, anew after every failure; returns only once nothing that an
  /// earlier session of this writer left behind can be committed any more.
  @FunctionalInterface
  public interface SessionSource {
    Session open() throws SQLException;
  }

  private final SessionSource source;
  private final Dialect dialect;
  private final NodeLease lease;
  private final Sequencer sequencer;
  private final Duration quick;
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /// Held by who uses the session and everything below.
  private final Semaphore pen = new Semaphore(1);

  private @Nullable Session session;

  /// Whether the last batch was a single quick commit.
  private boolean calm;

  /// Numbers whose transaction failed in a way that may yet turn out to be a commit.
  private final List<Sequencer.Numbers> unsettled = new ArrayList<>();

  private volatile boolean closed;

  public Writer(
      String name, SessionSource source, Dialect dialect, NodeLease lease, Sequencer sequencer) {
    this(name, source, dialect, lease, sequencer, QUICK);
  }

  /// @param quick what takes longer is not done on a lent thread the next time
  Writer(
      String name,
      SessionSource source,
      Dialect dialect,
      NodeLease lease,
      Sequencer sequencer,
      Duration quick) {
    this.quick = quick;
    this.source = source;
    this.dialect = dialect;
    this.lease = lease;
    this.sequencer = sequencer;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public CompletableFuture<CommitOutcome> commit(Transition transition) {
    CompletableFuture<CommitOutcome> done = new CompletableFuture<>();
    submit(new Item.Commit(Prepared.of(transition, lease), done));
    return done;
  }

  public <T> CompletableFuture<T> perform(Task<T> task) {
    return perform(0, (session, _) -> task.run(session));
  }

  /// @param lines how many lines of history it may write
  public <T> CompletableFuture<T> perform(int lines, NumberedTask<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    submit(new Item.Work<>(lines, task, done));
    return done;
  }

  /// Writes what is queued, then closes the connection. What is asked for later fails.
  @Override
  public void close() {
    closed = true;
    queue.add(new Item.Stop());
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("{} is still busy after {}; leaving it behind", thread.getName(), CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Item item) {
    if (closed) {
      item.fail(closedFailure());
      return;
    }
    if (LentThread.isLent() && writtenHere(item)) {
      return;
    }
    queue.add(item);
    if (closed && !thread.isAlive() && queue.remove(item)) {
      item.fail(closedFailure());
    }
  }

  private static StoreFailure closedFailure() {
    return new StoreFailure(
        StoreFailure.Kind.UNAVAILABLE,
        "the store is closed",
        new IllegalStateException("write after close"));
  }

  /// Never waits for the pen: whoever does not get it joins the next batch.
  private boolean writtenHere(Item item) {
    boolean affordable = SPARE_CARRIER || !Thread.currentThread().isVirtual();
    if (!dialect.isLocal() || !affordable || !queue.isEmpty() || !pen.tryAcquire()) {
      return false;
    }
    try {
      // No session: closed, or in trouble, which is the writer's own to wait for.
      if (!calm || session == null || !unsettled.isEmpty()) {
        return false;
      }
      try {
        write(new ArrayDeque<>(List.of(item)));
      } catch (Error e) {
        // The caller lives on, and must find out whether this was committed.
        discardSession();
        item.fail(new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "writing: " + e, e));
      }
      if (!unsettled.isEmpty()) {
        queue.add(new Item.LookAfter());
      }
      return true;
    } finally {
      pen.release();
    }
  }

  private void run() {
    boolean more = true;
    boolean leftovers = false;
    try {
      while (more) {
        Deque<Item> items = next(leftovers);
        pen.acquire();
        try {
          queue.drainTo(items, MAX_BATCH - items.size());
          more = items.stream().noneMatch(Item.Stop.class::isInstance);
          settleLeftovers();
          write(items);
          leftovers = !unsettled.isEmpty();
        } finally {
          pen.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      pen.acquireUninterruptibly();
      discardSession();
      pen.release();
      for (Item item = queue.poll(); item != null; item = queue.poll()) {
        item.fail(closedFailure());
      }
    }
  }

  /// Blocks for the first item. Empty when there is nothing to do but to look after unsettled
  /// numbers.
  private Deque<Item> next(boolean leftovers) throws InterruptedException {
    Item first =
        leftovers ? queue.poll(REOPEN_AFTER.toMillis(), TimeUnit.MILLISECONDS) : queue.take();
    return first == null ? new ArrayDeque<>() : new ArrayDeque<>(List.of(first));
  }

  private void settleLeftovers() {
    if (!unsettled.isEmpty()) {
      try {
        openSession();
      } catch (SQLException e) {
        LOG.debug("not back yet", e);
      }
    }
  }

  private void write(Deque<Item> items) {
    boolean alone = items.size() == 1;
    long began = System.nanoTime();
    process(items);
    calm = alone && System.nanoTime() - began < quick.toNanos();
  }

  private void process(Deque<Item> items) {
    for (Item item = items.peek(); item != null; item = items.peek()) {
      switch (item) {
        case Item.Commit _ -> commit(Item.group(items));
        case Item.Work<?> work -> {
          items.remove();
          perform(work);
        }
        case Item.LookAfter _, Item.Stop _ -> items.remove();
      }
    }
  }

  private void commit(List<Item.Commit> group) {
    try {
      List<CommitOutcome> outcomes = attempt(group.stream().map(Item.Commit::prepared).toList());
      for (int i = 0; i < outcomes.size(); i++) {
        group.get(i).done().complete(outcomes.get(i));
      }
    } catch (SQLException e) {
      Trouble trouble = dialect.classify(e);
      discardSession();
      boolean oneSpoiltIt = trouble == Trouble.BAD_ROW || trouble == Trouble.CONFLICT;
      if (oneSpoiltIt && group.size() > 1) {
        group.forEach(commit -> commit(List.of(commit)));
      } else {
        StoreFailure why = failure(trouble, "writing " + describe(group), e);
        group.forEach(commit -> commit.fail(why));
      }
    } catch (RuntimeException e) {
      discardSession();
      StoreFailure why = failure(Trouble.UNAVAILABLE, "writing " + describe(group), e);
      group.forEach(commit -> commit.fail(why));
    }
  }

  private List<CommitOutcome> attempt(List<Prepared> transitions) throws SQLException {
    Session open = openSession();
    Sequencer.Numbers numbers =
        sequencer.take(transitions.stream().mapToInt(t -> t.lines().size()).sum());
    unsettled.add(numbers);
    List<CommitOutcome> outcomes = write(open, transitions, numbers.first());
    unsettled.removeLast();
    sequencer.settle(numbers);
    return outcomes;
  }

  private List<CommitOutcome> write(Session open, List<Prepared> transitions, long firstSequence)
      throws SQLException {
    Optional<SingleStatement> single =
        dialect.writesSets()
            ? SingleStatement.of(lease, transitions, firstSequence)
            : Optional.empty();
    if (single.isPresent()) {
      return single.orElseThrow().write(open);
    }
    open.begin();
    List<CommitOutcome> outcomes = Batch.write(open, lease, transitions, firstSequence);
    open.commit();
    return outcomes;
  }

  private void perform(Item.Work<?> work) {
    try {
      Session open = openSession();
      Sequencer.Numbers numbers = sequencer.take(work.lines());
      unsettled.add(numbers);
      open.begin();
      Runnable answer = work.run(open, numbers.first());
      open.commit();
      unsettled.removeLast();
      sequencer.settle(numbers);
      answer.run();
    } catch (SQLException e) {
      Trouble trouble = dialect.classify(e);
      discardSession();
      work.fail(failure(trouble, "writing", e));
    } catch (StoreFailure e) {
      discardSession();
      work.fail(e);
    } catch (RuntimeException e) {
      discardSession();
      work.fail(failure(Trouble.UNAVAILABLE, "writing", e));
    }
  }

  private Session openSession() throws SQLException {
    Session open = session;
    if (open == null) {
      open = source.open();
      session = open;
      unsettled.forEach(sequencer::settle);
      unsettled.clear();
    }
    return open;
  }

  private void discardSession() {
    Session broken = session;
    session = null;
    if (broken != null) {
      broken.close();
    }
  }

  private static String describe(List<Item.Commit> group) {
    return group.size() == 1
        ? group.getFirst().prepared().id().toString()
        : group.size() + " transitions";
  }

  private static StoreFailure failure(Trouble trouble, String attempted, Exception cause) {
    StoreFailure.Kind kind =
        trouble == Trouble.NO_SPACE ? StoreFailure.Kind.NO_SPACE : StoreFailure.Kind.UNAVAILABLE;
    return new StoreFailure(kind, attempted + ": " + cause.getMessage(), cause);
  }
}
