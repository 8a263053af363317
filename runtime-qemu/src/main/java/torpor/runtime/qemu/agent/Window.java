package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What a guest has sent on one connection and nobody has taken: never more than [#BYTES], whatever
/// the guest believes. One thread puts, one takes, any may [#abandon].
///
/// ```
///  0 ──── taken ──── received      put at `received`, in order; take moves `taken`
///         └── at most BYTES ──┘
/// ```
final class Window {
  static final int BYTES = 64 * 1024;

  private final byte[] ring = new byte[BYTES];
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private final Semaphore news = new Semaphore(0);

  /// @return whether that keeps to the window and follows what came before; otherwise nothing is
  ///   put
  boolean put(long offset, ByteBuffer data) {
    long from = received.get();
    int count = data.remaining();
    if (ended.get() || offset != from || from - taken.get() + count > BYTES) {
      return false;
    }
    int start = (int) (from % BYTES);
    int first = Math.min(count, BYTES - start);
    data.get(ring, start, first);
    data.get(ring, 0, count - first);
    received.set(from + count);
    news.release();
    return true;
  }

  /// Nothing comes after `offset`.
  ///
  /// @return whether that is where it stands
  boolean end(long offset) {
    if (offset != received.get()) {
      return false;
    }
    ended.set(true);
    news.release();
    return true;
  }

  /// Nobody waits here any more.
  void abandon() {
    abandoned.set(true);
    news.release();
  }

  /// Waits for bytes that have not been taken.
  ///
  /// @return some of them, to be read before [#take]; empty where it has ended or was abandoned
  ByteBuffer await() throws InterruptedException {
    while (!abandoned.get()) {
      // In this order: whatever was put before the end is seen together with it.
      boolean last = ended.get();
      long from = taken.get();
      int count = (int) (received.get() - from);
      if (count > 0) {
        int start = (int) (from % BYTES);
        return ByteBuffer.wrap(ring, start, Math.min(count, BYTES - start)).asReadOnlyBuffer();
      }
      if (last) {
        break;
      }
      news.acquire();
      news.drainPermits();
    }
    return ByteBuffer.allocate(0);
  }

  /// Makes room.
  ///
  /// @return up to where all has been taken
  long take(int count) {
    return taken.addAndGet(count);
  }
}
