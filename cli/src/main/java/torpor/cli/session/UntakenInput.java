package torpor.cli.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import torpor.cli.connection.Channel;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;

/// Input on its way to a program, kept until the machine has it, so that it can be sent again over
/// another connection. One thread adds to it, and waits where the machine has no room; another
/// changes the connection. Sending never waits for the program, since no more is sent than there is
/// room for.
final class UntakenInput {
  private static final byte STDIN = 0;
  private static final String END =
      WireJson.write(
          new ExecControl(Optional.empty(), Optional.empty(), Optional.of(true), Optional.empty()));

  /// Servers take messages of 64 KiB at most where nobody told them otherwise.
  private static final int LONGEST_PIECE = 32 * 1024;

  private final Semaphore room = new Semaphore(0);
  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private Optional<Channel> channel = Optional.empty();
  private long taken;
  private long limit;
  private boolean ended;
  private boolean closed;

  /// Waits until there is room for all of it.
  void add(byte[] bytes, int offset, int length) throws InterruptedException {
    for (int sent = 0; sent < length; sent += LONGEST_PIECE) {
      int count = Math.min(LONGEST_PIECE, length - sent);
      room.acquire(count);
      send(ByteBuffer.allocate(count).put(bytes, offset + sent, count).flip());
    }
  }

  private synchronized void send(ByteBuffer piece) {
    if (!closed) {
      pieces.add(piece);
      channel.ifPresent(to -> attempt(() -> to.send(tagged(piece))));
    }
  }

  /// Nothing more comes.
  synchronized void end() {
    ended = true;
    channel.ifPresent(to -> attempt(() -> to.send(END)));
  }

  /// From now on it goes here; what was not taken goes again.
  ///
  /// @param from the machine has all before this
  synchronized void through(Channel next, long from, long newLimit) throws IOException {
    channel = Optional.of(next);
    taken(from, newLimit, false);
    for (ByteBuffer piece : pieces) {
      next.send(tagged(piece));
    }
    if (ended) {
      next.send(END);
    }
  }

  /// The connection is gone.
  synchronized void nowhere() {
    channel = Optional.empty();
  }

  /// @param unread the program reads no more
  synchronized void taken(long upTo, long newLimit, boolean unread) {
    while (!pieces.isEmpty() && taken < upTo) {
      ByteBuffer oldest = pieces.element();
      int count = (int) Math.min(oldest.remaining(), upTo - taken);
      oldest.position(oldest.position() + count);
      taken += count;
      if (!oldest.hasRemaining()) {
        pieces.remove();
      }
    }
    taken = Math.max(taken, upTo);
    if (unread && !closed) {
      closed = true;
      pieces.clear();
      room.release(Integer.MAX_VALUE / 2);
    } else if (!closed && newLimit > limit) {
      room.release((int) (newLimit - limit));
      limit = newLimit;
    }
  }

  private static ByteBuffer tagged(ByteBuffer piece) {
    return ByteBuffer.allocate(piece.remaining() + 1).put(STDIN).put(piece.duplicate()).flip();
  }

  @FunctionalInterface
  private interface Sending {
    void now() throws IOException;
  }

  /// A connection that broke is seen by whoever receives from it.
  private static void attempt(Sending sending) {
    try {
      sending.now();
    } catch (IOException broken) {
      // It is kept, and goes over the next connection.
    }
  }
}
