package torpor.api.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Bytes from one thread to another, a few pieces ahead at most. Its reader finds the end only
/// where it was written, and otherwise a failure.
final class BodyPipe {
  private static final int PIECES = 4;

  private sealed interface Piece {
    record Some(ByteBuffer bytes) implements Piece {}

    /// Nothing follows.
    record End() implements Piece {}

    record Broken() implements Piece {}
  }

  private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);

  /// @return whether there was room for it in time
  boolean put(byte[] bytes, int length, Duration patience) throws InterruptedException {
    return offer(new Piece.Some(ByteBuffer.wrap(Arrays.copyOf(bytes, length))), patience);
  }

  /// @return whether there was room for it in time
  boolean end(Duration patience) throws InterruptedException {
    return offer(new Piece.End(), patience);
  }

  private boolean offer(Piece piece, Duration patience) throws InterruptedException {
    return pieces.offer(piece, patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Nothing comes any more. By the writer only: the room it makes nobody else takes.
  void breakOff() {
    pieces.clear();
    pieces.add(new Piece.Broken());
  }

  /// Whoever waits for room has it.
  void isReadNoMore() {
    pieces.removeIf(piece -> !(piece instanceof Piece.Broken));
  }

  InputStream reader() {
    return new Reader(pieces);
  }

  private static final class Reader extends InputStream {
    private final BlockingQueue<Piece> pieces;
    private Piece now = new Piece.Some(ByteBuffer.allocate(0));

    private Reader(BlockingQueue<Piece> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      if (most == 0) {
        return 0;
      }
      while (now instanceof Piece.Some(ByteBuffer bytes) && !bytes.hasRemaining()) {
        now = next();
      }
      return switch (now) {
        case Piece.Some(ByteBuffer bytes) -> {
          int read = Math.min(most, bytes.remaining());
          bytes.get(into, from, read);
          yield read;
        }
        case Piece.End _ -> -1;
        case Piece.Broken _ ->
            throw new IOException("the request ended before its body was complete");
      };
    }

    private Piece next() throws IOException {
      try {
        return pieces.take();
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the work on the body was interrupted");
      }
    }
  }
}
