package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.serial.Serial;

/// Input on its way to a session, held back until the guest has room for it. Thread-safe.
final class InputWindow {
  private static final Logger log = LoggerFactory.getLogger(InputWindow.class);
  private static final int CHUNK = 32 * 1024;

  private record Piece(ByteBuffer data, boolean end, CompletableFuture<Void> taken) {}

  private final long session;
  private final Agent agent;

  // What follows is touched on its turn only.
  private final Serial turn;
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private long sent;
  private long limit;
  private boolean unread;

  /// @param threads that may wait until the machine takes bytes
  InputWindow(long session, Agent agent, Executor threads) {
    this.session = session;
    this.agent = agent;
    this.turn = new Serial(threads);
  }

  /// Sends bytes behind those before.
  ///
  /// @param data not to be changed until the answer
  /// @param end whether that was all
  /// @return completes when the guest has them, or when nobody will read them any more
  CompletableFuture<Void> send(ByteBuffer data, boolean end) {
    Piece piece = new Piece(data, end, new CompletableFuture<>());
    turn.execute(() -> {
      waiting.add(piece);
      pump();
    });
    return piece.taken().copy();
  }

  /// The guest has all before this offset from an earlier host.
  void beginAt(long offset) {
    turn.execute(() -> sent = offset);
  }

  /// The guest has room up to this offset.
  void mayReach(long newLimit) {
    turn.execute(() -> {
      limit = Math.max(limit, newLimit);
      pump();
    });
  }

  /// Nobody reads any more: what is still to come is dropped.
  void close() {
    turn.execute(() -> {
      unread = true;
      pump();
    });
  }

  private void pump() {
    while (!waiting.isEmpty()) {
      Piece piece = waiting.peek();
      try {
        if (!unread && !sendWhole(piece)) {
          return;
        }
      } catch (IOException gone) {
        log.debug("input cannot be sent", gone);
        unread = true;
      }
      waiting.remove();
      piece.taken().complete(null);
    }
  }

  private boolean sendWhole(Piece piece) throws IOException {
    ByteBuffer data = piece.data();
    while (data.hasRemaining()) {
      if (sent >= limit) {
        return false;
      }
      int count = (int) Math.min(Math.min(CHUNK, data.remaining()), limit - sent);
      agent.input(session, sent, data.slice(data.position(), count), false);
      data.position(data.position() + count);
      sent += count;
    }
    if (piece.end()) {
      agent.input(session, sent, ByteBuffer.allocate(0), true);
    }
    return true;
  }
}
