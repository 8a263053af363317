package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of a program in a guest, and its socket to the daemon. Each direction ends by
/// itself; when both have, the guest says so with EXIT once the program has been given everything.
/// Whatever goes wrong resets it. Thread-safe.
///
/// ```
///  guest ── OUTPUT ──→ Window ──→ socket       then OUTPUT_ACK; at CLOSE the socket's output ends
///  guest ←── INPUT ──────────────  socket      up to the limit; at its end INPUT with the end
/// ```
final class ProxiedConnection {
  private static final Logger log = LoggerFactory.getLogger(ProxiedConnection.class);
  private static final int CHUNK = 32 * 1024;
  private static final int STREAM = 1;

  private final long id;
  private final Agent guest;
  private final Runnable reset;
  private final Window fromGuest = new Window();
  private final Semaphore mayProceed = new Semaphore(0);
  private final AtomicLong limit = new AtomicLong();
  // The program reads no more: what the daemon still says is dropped.
  private final AtomicBoolean deaf = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicReference<@Nullable SocketChannel> socket = new AtomicReference<>();

  /// @param reset forgets the connection and has the guest reset it, if that is not done yet
  ProxiedConnection(long id, Agent guest, Runnable reset) {
    this.id = id;
    this.guest = guest;
    this.reset = reset;
  }

  /// Carries both directions until both have ended.
  void run(SocketAddress address) {
    try (SocketChannel channel = unconnected(address)) {
      socket.set(channel);
      if (ended.get()) {
        return;
      }
      channel.connect(address);
      Thread answers = Thread.ofVirtual().name("guest-api-answers").start(() -> toGuest(channel));
      toDaemon(channel);
      answers.join();
    } catch (IOException failed) {
      log.debug("a guest's connection ended", failed);
      reset.run();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      reset.run();
    } finally {
      end();
    }
  }

  private static SocketChannel unconnected(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private void toDaemon(SocketChannel channel) throws IOException, InterruptedException {
    boolean heard = true;
    for (ByteBuffer next = fromGuest.await(); next.hasRemaining(); next = fromGuest.await()) {
      int count = next.remaining();
      heard = heard && write(channel, next);
      guest.acknowledge(id, STREAM, fromGuest.take(count));
    }
    if (heard && !ended.get()) {
      end(channel);
    }
  }

  private static void end(SocketChannel channel) {
    try {
      channel.shutdownOutput();
    } catch (IOException alreadyEnded) {
      log.debug("the daemon has ended a guest's call", alreadyEnded);
    }
  }

  /// @return whether the daemon takes any more; where not, its answer may still be on the way
  private static boolean write(SocketChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return true;
    } catch (IOException refused) {
      log.debug("the daemon takes no more of a guest's call", refused);
      return false;
    }
  }

  private void toGuest(SocketChannel channel) {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    long position = 0;
    try {
      while (!ended.get()) {
        while (limit.get() <= position && !deaf.get() && !ended.get()) {
          mayProceed.acquire();
          mayProceed.drainPermits();
        }
        long room = deaf.get() ? CHUNK : limit.get() - position;
        int count = channel.read(bytes.clear().limit((int) Math.min(CHUNK, room)));
        if (!deaf.get()) {
          guest.input(id, position, bytes.flip(), count < 0);
        }
        if (count < 0) {
          return;
        }
        position += count;
      }
    } catch (IOException failed) {
      log.debug("the answer to a guest ended", failed);
      reset.run();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      reset.run();
    }
  }

  /// @return whether the guest keeps to what was agreed
  boolean output(long offset, ByteBuffer data) {
    return fromGuest.put(offset, data);
  }

  /// @return whether the guest keeps to what was agreed
  boolean closed(long offset) {
    return fromGuest.end(offset);
  }

  void mayReach(long newLimit, boolean readsNoMore) {
    limit.accumulateAndGet(newLimit, Math::max);
    if (readsNoMore) {
      deaf.set(true);
    }
    mayProceed.release();
  }

  /// Nothing more is carried.
  void end() {
    ended.set(true);
    mayProceed.release();
    fromGuest.abandon();
    SocketChannel channel = socket.get();
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException broken) {
        log.debug("a socket to the daemon cannot be closed", broken);
      }
    }
  }
}
