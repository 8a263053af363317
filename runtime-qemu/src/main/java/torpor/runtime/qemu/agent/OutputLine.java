package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import torpor.runtime.qemu.agent.GuestProcess.PacedSink;

/// A session's output on its way to its taker: in order, at the taker's pace, nothing twice. What
/// comes in comes on the connection's reading thread, which never waits for the taker.
final class OutputLine {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final int OUTPUT = 1;

  /// More than a guest that keeps to its window can have sent.
  private static final long MOST_WAITING = 256 * 1024;

  /// Told of what was taken.
  @FunctionalInterface
  interface Taken {
    void upTo(int stream, long offset);
  }

  private final PacedSink sink;
  private final Taken after;
  private final Consumer<Throwable> failed;
  private final Executor threads;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();

  // Only the connection's reading thread changes these.
  private volatile long output;
  private volatile long errors;
  private volatile CompletableFuture<Void> taken = DONE;

  /// @param threads that the sink is called on
  OutputLine(PacedSink sink, Taken after, Consumer<Throwable> failed, Executor threads) {
    this.sink = sink;
    this.after = after;
    this.failed = failed;
    this.threads = threads;
  }

  /// What comes begins here.
  void beginAt(long outputOffset, long errorsOffset) {
    output = outputOffset;
    errors = errorsOffset;
  }

  /// Up to where a stream has come.
  long known(int stream) {
    return stream == OUTPUT ? output : errors;
  }

  void add(int stream, long offset, ByteBuffer data) {
    long known = known(stream);
    if (offset + data.remaining() <= known) {
      return;
    }
    if (offset < known) {
      data.position(data.position() + (int) (known - offset));
    }
    long end = Math.max(offset, known) + data.remaining();
    if (stream == OUTPUT) {
      output = end;
    } else {
      errors = end;
    }
    if (waiting.addAndGet(data.remaining()) > MOST_WAITING) {
      failed.accept(new GuestException("protocol", "the guest sends more than was asked for"));
      return;
    }
    CompletableFuture<Void> next = taken.thenComposeAsync(_ -> deliver(stream, end, data), threads);
    taken = next;
    var _ =
        next.exceptionally(refused -> {
          failed.accept(refused);
          return null;
        });
  }

  private CompletionStage<Void> deliver(int stream, long end, ByteBuffer data) {
    if (closed.get()) {
      return DONE;
    }
    int count = data.remaining();
    return sink.take(stream, data)
        .thenAcceptAsync(
            _ -> {
              waiting.addAndGet(-count);
              after.upTo(stream, end);
            },
            threads);
  }

  /// Completes when all that has come was taken.
  CompletableFuture<Void> taken() {
    return taken;
  }

  /// What was not taken yet is dropped.
  void close() {
    closed.set(true);
  }
}
