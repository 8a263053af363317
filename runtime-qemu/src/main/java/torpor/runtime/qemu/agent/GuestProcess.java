package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program, or a copy, that runs in the guest next to its workload. Thread-safe.
///
/// What it prints is acknowledged when its taker has it, so that a slow taker holds the program up:
/// the guest keeps 64 KiB of a stream that are not acknowledged, and then whoever prints waits.
public final class GuestProcess implements Sessions.Listener {
  private static final Logger log = LoggerFactory.getLogger(GuestProcess.class);
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("guest-session").start(task);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /// Told of what the program prints, in order, and has taken it when it returns.
  @FunctionalInterface
  public interface Sink {
    /// @param stream 1 is standard output, 2 standard error
    void take(int stream, ByteBuffer data);

    /// The same in its own time.
    default PacedSink paced() {
      return (stream, data) -> {
        take(stream, data);
        return DONE;
      };
    }
  }

  /// Takes what the program prints in its own time, in order, one call at a time; on a thread of
  /// its own, so that it may also wait.
  @FunctionalInterface
  public interface PacedSink {
    /// @param stream 1 is standard output, 2 standard error
    /// @return completes when the next may come; one that fails ends the program
    CompletionStage<Void> take(int stream, ByteBuffer data);
  }

  private final long session;
  private final Agent agent;
  private final Sessions sessions;
  private final OutputLine line;
  private final InputWindow input;
  private final CompletableFuture<Records> exit = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private GuestProcess(Agent agent, Sessions sessions, PacedSink sink) {
    this.session = Agent.newNumber();
    this.agent = agent;
    this.sessions = sessions;
    this.line = new OutputLine(sink, this::acknowledge, this::fail, THREADS);
    this.input = new InputWindow(session, agent, THREADS);
  }

  /// Starts a program.
  ///
  /// @param command records as the protocol has them: `arg`, `env`, `tty`, …
  /// @return completes when it runs; fails with a [GuestException] where it cannot be started
  public static CompletableFuture<GuestProcess> exec(
      Agent agent, Sessions sessions, Records command, Sink sink) {
    return execPaced(agent, sessions, command, sink.paced());
  }

  /// As [#exec], at the pace of whoever takes the output.
  public static CompletableFuture<GuestProcess> execPaced(
      Agent agent, Sessions sessions, Records command, PacedSink sink) {
    GuestProcess process = new GuestProcess(agent, sessions, sink);
    return process.begin(agent.exec(process.listening(), command));
  }

  /// Takes entries, as the protocol describes them, as its input and makes them in the guest.
  public static CompletableFuture<GuestProcess> copyIn(
      Agent agent, Sessions sessions, Records what, PacedSink sink) {
    GuestProcess process = new GuestProcess(agent, sessions, sink);
    return process.begin(agent.copyIn(process.listening(), what));
  }

  /// Prints the entries of what is in the guest.
  public static CompletableFuture<GuestProcess> copyOut(
      Agent agent, Sessions sessions, Records what, PacedSink sink) {
    GuestProcess process = new GuestProcess(agent, sessions, sink);
    return process.begin(agent.copyOut(process.listening(), what));
  }

  private long listening() {
    sessions.listen(session, this);
    return session;
  }

  private CompletableFuture<GuestProcess> begin(CompletableFuture<Records> asked) {
    return asked
        .thenApply(_ -> this)
        .whenComplete((_, refused) -> {
          if (refused != null) {
            sessions.forget(session);
          }
        });
  }

  /// Completes with the guest's report of how it ended, when all its output was taken. Fails with a
  /// [GuestException] where it was closed or the machine is gone before, or with what its sink
  /// failed with.
  public CompletableFuture<Records> exit() {
    return exit.copy();
  }

  /// Sends it input, as fast as it takes it.
  ///
  /// @param data not to be changed until the answer
  /// @param end whether that was all
  /// @return completes when the guest has it, or when nobody will read it any more
  public CompletableFuture<Void> input(ByteBuffer data, boolean end) {
    return input.send(data, end);
  }

  public CompletableFuture<Records> signal(int number) {
    return agent.signal(session, number);
  }

  public CompletableFuture<Records> resize(int rows, int columns) {
    return agent.resize(session, rows, columns);
  }

  /// Ends it, if it still runs.
  public void close() {
    if (closed.compareAndSet(false, true)) {
      exit.completeExceptionally(new GuestException("closed", "the program was ended"));
      line.close();
      release();
    }
  }

  private void release() {
    sessions.forget(session);
    input.close();
    // A machine that stands still takes no bytes: let nobody wait for it.
    THREADS.execute(() -> {
      var _ = agent.release(session);
    });
  }

  @Override
  public void output(int stream, long offset, ByteBuffer data) {
    line.add(stream, offset, data);
  }

  private void acknowledge(int stream, long end) {
    try {
      agent.acknowledge(session, stream, end);
    } catch (IOException gone) {
      log.debug("output cannot be acknowledged", gone);
    }
  }

  private void fail(Throwable reason) {
    exit.completeExceptionally(
        reason instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : reason);
    close();
  }

  @Override
  public void inputTaken(long accepted, long limit, boolean unread) {
    if (unread) {
      input.close();
    } else {
      input.mayReach(limit);
    }
  }

  @Override
  public void exited(Records report) {
    release();
    var _ = line.taken().thenRun(() -> exit.complete(report));
  }

  @Override
  public void lost() {
    sessions.forget(session);
    input.close();
    GuestException gone = new GuestException("gone", "the machine is gone");
    var _ = line.taken().thenRun(() -> exit.completeExceptionally(gone));
  }
}
