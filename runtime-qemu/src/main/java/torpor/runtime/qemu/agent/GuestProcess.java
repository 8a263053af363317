package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A program, or a copy, that runs in the guest next to its workload. Thread-safe; input comes from
/// one thread at a time.
public final class GuestProcess implements Sessions.Listener {
  private static final Logger log = LoggerFactory.getLogger(GuestProcess.class);
  private static final int OUTPUT = 1;
  private static final int CHUNK = 32 * 1024;

  /// Told of what the program prints, in order, on the connection's reading thread.
  @FunctionalInterface
  public interface Sink {
    /// @param stream 1 is standard output, 2 standard error
    void take(int stream, ByteBuffer data);
  }

  private final long session;
  private final Agent agent;
  private final Sessions sessions;
  private final Sink sink;
  private final CompletableFuture<Records> exit = new CompletableFuture<>();
  private final AtomicLong output = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong limit = new AtomicLong();
  private final Semaphore room = new Semaphore(0);
  private long sent;

  private GuestProcess(Agent agent, Sessions sessions, Sink sink) {
    this.session = Agent.newNumber();
    this.agent = agent;
    this.sessions = sessions;
    this.sink = sink;
  }

  /// Starts a program.
  ///
  /// @param command records as the protocol has them: `arg`, `env`, `tty`, …
  /// @return completes when it runs; fails with a [GuestException] where it cannot be started
  public static CompletableFuture<GuestProcess> exec(
      Agent agent, Sessions sessions, Records command, Sink sink) {
    GuestProcess process = new GuestProcess(agent, sessions, sink);
    return process.begin(agent.exec(process.listening(), command));
  }

  /// Takes entries, as the protocol describes them, as its input and makes them in the guest.
  public static CompletableFuture<GuestProcess> copyIn(
      Agent agent, Sessions sessions, Records what, Sink sink) {
    GuestProcess process = new GuestProcess(agent, sessions, sink);
    return process.begin(agent.copyIn(process.listening(), what));
  }

  /// Prints the entries of what is in the guest.
  public static CompletableFuture<GuestProcess> copyOut(
      Agent agent, Sessions sessions, Records what, Sink sink) {
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

  /// Completes with the guest's report of how it ended; fails where the machine is gone first.
  public CompletableFuture<Records> exit() {
    return exit.copy();
  }

  /// Sends it input, as fast as it takes it.
  ///
  /// @param end whether that was all
  public void write(ByteBuffer data, boolean end, Duration patience)
      throws IOException, InterruptedException {
    while (data.hasRemaining()) {
      while (limit.get() <= sent) {
        if (exit.isDone() || !room.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new GuestException("gone", "the program takes no more input");
        }
      }
      int count = (int) Math.min(Math.min(CHUNK, data.remaining()), limit.get() - sent);
      ByteBuffer piece = data.slice(data.position(), count);
      data.position(data.position() + count);
      agent.input(session, sent, piece, false);
      sent += count;
    }
    if (end) {
      agent.input(session, sent, ByteBuffer.allocate(0), true);
    }
  }

  public CompletableFuture<Records> signal(int number) {
    return agent.signal(session, number);
  }

  public CompletableFuture<Records> resize(int rows, int columns) {
    return agent.resize(session, rows, columns);
  }

  /// Ends it, if it still runs.
  public void close() {
    sessions.forget(session);
    var _ = agent.release(session);
  }

  @Override
  public void output(int stream, long offset, ByteBuffer data) {
    AtomicLong taken = stream == OUTPUT ? output : errors;
    long known = taken.get();
    if (offset + data.remaining() <= known) {
      return;
    }
    if (offset < known) {
      data.position(data.position() + (int) (known - offset));
    }
    long end = Math.max(offset, known) + data.remaining();
    sink.take(stream, data);
    taken.set(end);
    try {
      agent.acknowledge(session, stream, end);
    } catch (IOException gone) {
      log.debug("output cannot be acknowledged", gone);
    }
  }

  @Override
  public void inputTaken(long accepted, long newLimit, boolean closed) {
    limit.accumulateAndGet(newLimit, Math::max);
    room.release();
  }

  @Override
  public void exited(Records report) {
    exit.complete(report);
    room.release();
    close();
  }

  @Override
  public void lost() {
    exit.completeExceptionally(new GuestException("gone", "the machine is gone"));
    room.release();
  }
}
