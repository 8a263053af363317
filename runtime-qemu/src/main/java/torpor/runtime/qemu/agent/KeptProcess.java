package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program that is not bound to who listens to it: the guest keeps what it prints until that was
/// acknowledged by whoever it is for, and another connection, another life of the machine or
/// another daemon takes it up from there. Nothing of it is kept on the host. Thread-safe.
///
/// ```
///  exec ──→ heard ──→ left ──→ heard …            a number with the mark of those that are kept
///             │         └──→ unheard, after a while: LeftSessions
///             └──→ ended: released when its listener has closed it
/// ```
public final class KeptProcess implements Sessions.Listener {
  private static final Logger log = LoggerFactory.getLogger(KeptProcess.class);
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("guest-session").start(task);

  /// Whoever listens to it.
  public interface Listener extends GuestProcess.PacedSink {
    /// On the connection's reading thread.
    ///
    /// @param accepted the guest has its input up to here
    /// @param limit up to where more may be sent
    /// @param unread nobody reads any more
    void inputTaken(long accepted, long limit, boolean unread);
  }

  /// Where its streams stood when it was taken up.
  public record Marks(long input, long inputLimit, long output, long errors) {}

  private final long session;
  private final Agent agent;
  private final Sessions sessions;
  private final Listener listener;
  private final OutputLine line;
  private final InputWindow input;
  private final CompletableFuture<Records> exit = new CompletableFuture<>();
  private final CompletableFuture<Marks> marks = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();

  // Only the connection's reading thread touches these.
  private boolean attached;
  private Optional<Sessions.Listener> former = Optional.empty();
  private long output;
  private long errors;

  private KeptProcess(long session, Agent agent, Sessions sessions, Listener listener) {
    this.session = session;
    this.agent = agent;
    this.sessions = sessions;
    this.listener = listener;
    this.line = new OutputLine(listener, (_, _) -> {}, this::fail, THREADS);
    this.input = new InputWindow(session, agent, THREADS);
  }

  /// Starts a program.
  ///
  /// @param session a number made by [Agent#keptNumber]
  /// @return completes when it runs; fails with a [GuestException] where it cannot be started, of
  ///   code `exists` where there is such a session
  public static CompletableFuture<KeptProcess> exec(
      Agent agent, Sessions sessions, long session, Records command, Listener listener) {
    KeptProcess process = new KeptProcess(session, agent, sessions, listener);
    process.attached = true;
    if (!sessions.claim(session, process)) {
      return CompletableFuture.failedFuture(
          new GuestException("exists", "there is a program of that name"));
    }
    return process.begin(agent.exec(session, command));
  }

  /// Takes a program up where an earlier listener left it, or from one that still listens.
  ///
  /// @return fails with a [GuestException] of code `not_found` where there is none, of `beyond`
  ///   where it has not printed so much
  public static CompletableFuture<KeptProcess> attach(
      Agent agent, Sessions sessions, long session, long output, long errors, Listener listener) {
    KeptProcess process = new KeptProcess(session, agent, sessions, listener);
    sessions.takeOver(session, process, before -> process.former = Optional.of(before));
    return process.begin(
        agent
            .attach(session, output, errors, process::attachedAt)
            .exceptionallyCompose(refused -> CompletableFuture.failedFuture(beyond(refused))));
  }

  /// The request has nothing but its offsets that could be wrong.
  private static Throwable beyond(Throwable refused) {
    Throwable cause = refused instanceof CompletionException ? refused.getCause() : refused;
    return cause instanceof GuestException guest && guest.code().equals("invalid")
        ? new GuestException("beyond", String.valueOf(guest.getMessage()))
        : refused;
  }

  /// What comes before the answer is for the former listener, which may yet stay the only one.
  private void attachedAt(Records at) {
    output = at.number("stdout").orElse(0);
    errors = at.number("stderr").orElse(0);
    line.beginAt(output, errors);
    attached = true;
    former.ifPresent(Sessions.Listener::replaced);
    former = Optional.empty();
  }

  private CompletableFuture<KeptProcess> begin(CompletableFuture<Records> asked) {
    return asked
        .whenComplete((_, refused) -> {
          if (refused != null) {
            giveBack();
          }
        })
        .thenCompose(_ -> marks)
        .thenApply(_ -> this);
  }

  private void giveBack() {
    Optional<Sessions.Listener> before = former;
    if (before.isPresent()) {
      sessions.replace(session, this, before.get());
    } else {
      sessions.forget(session, this);
    }
  }

  public Marks marks() {
    return marks.join();
  }

  /// Completes with the guest's report of how it ended, when all its output was taken. Fails with a
  /// [GuestException] where it was left, closed, taken up by another or the machine is gone.
  public CompletableFuture<Records> exit() {
    return exit.copy();
  }

  /// As [GuestProcess#input].
  public CompletableFuture<Void> input(ByteBuffer data, boolean end) {
    return input.send(data, end);
  }

  public CompletableFuture<Records> signal(int number) {
    return agent.signal(session, number);
  }

  public CompletableFuture<Records> resize(int rows, int columns) {
    return agent.resize(session, rows, columns);
  }

  /// Output up to here need not be kept any longer.
  ///
  /// @return whether so much was sent
  public boolean acknowledge(int stream, long offset) {
    if (offset > line.known(stream)) {
      return false;
    }
    // A machine that stands still takes no bytes: let nobody wait for it.
    THREADS.execute(() -> {
      try {
        agent.acknowledge(session, stream, offset);
      } catch (IOException gone) {
        log.debug("output cannot be acknowledged", gone);
      }
    });
    return true;
  }

  /// Leaves it to whoever takes it up next.
  public void leave() {
    if (silence("left", "the program was left")) {
      LeftSessions.leave(agent, sessions, session, this);
    }
  }

  /// Ends it, if it still runs, and forgets it.
  public void close() {
    if (silence("closed", "the program was ended")) {
      sessions.forget(session, this);
      THREADS.execute(() -> {
        var _ = agent.release(session);
      });
    }
  }

  private boolean silence(String code, String why) {
    boolean first = over.compareAndSet(false, true);
    if (first) {
      GuestException reason = new GuestException(code, why);
      exit.completeExceptionally(reason);
      marks.completeExceptionally(reason);
      line.close();
      input.close();
    }
    return first;
  }

  private void fail(Throwable reason) {
    exit.completeExceptionally(
        reason instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : reason);
    leave();
  }

  @Override
  public void replaced() {
    silence("replaced", "another connection has taken the program up");
  }

  @Override
  public void output(int stream, long offset, ByteBuffer data) {
    if (attached) {
      line.add(stream, offset, data);
    } else {
      former.ifPresent(before -> before.output(stream, offset, data));
    }
  }

  @Override
  public void inputTaken(long accepted, long limit, boolean unread) {
    if (!attached) {
      former.ifPresent(before -> before.inputTaken(accepted, limit, unread));
      return;
    }
    if (!marks.isDone()) {
      input.beginAt(accepted);
      marks.complete(new Marks(accepted, limit, output, errors));
    }
    listener.inputTaken(accepted, limit, unread);
    if (unread) {
      input.close();
    } else {
      input.mayReach(limit);
    }
  }

  @Override
  public void exited(Records report) {
    if (attached) {
      input.close();
      var _ = line.taken().thenRun(() -> exit.complete(report));
    } else {
      former.ifPresent(before -> before.exited(report));
    }
  }

  @Override
  public void lost() {
    former.ifPresent(Sessions.Listener::lost);
    sessions.forget(session, this);
    input.close();
    GuestException gone = new GuestException("gone", "the machine is gone");
    marks.completeExceptionally(gone);
    var _ = line.taken().thenRun(() -> exit.completeExceptionally(gone));
  }
}
