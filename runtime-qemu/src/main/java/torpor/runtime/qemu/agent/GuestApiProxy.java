package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries connections that programs in the guest open to the guest API, one socket to the daemon
/// each. Needs no network in the guest. Thread-safe.
///
/// At most [#MOST] at a time; the guest holds 64 KiB per connection that the daemon has not taken,
/// and is sent no more than it has room for.
public final class GuestApiProxy implements AutoCloseable {
  public static final int MOST = 64;
  private static final Logger log = LoggerFactory.getLogger(GuestApiProxy.class);
  private static final int CHUNK = 32 * 1024;
  private static final int STREAM = 1;

  private final Optional<SocketAddress> target;
  private final Map<Long, Connection> connections = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Agent> agent = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param target of the daemon's guest API; without one every connection is reset
  public GuestApiProxy(Optional<SocketAddress> target) {
    this.target = target;
  }

  public void use(Agent connection) {
    agent.set(connection);
  }

  /// A program has connected.
  public void opened(long id, Records about) {
    Agent guest = agent.get();
    if (guest == null) {
      return;
    }
    if (target.isEmpty() || connections.size() >= MOST || closed.get()) {
      log.debug("a guest's connection is refused: {}", about);
      var _ = guest.release(id);
      return;
    }
    Connection connection = new Connection(id, guest);
    connections.put(id, connection);
    Thread.ofVirtual().name("guest-api").start(() -> connection.run(target.get()));
  }

  /// @return whether it was one of ours
  public boolean output(long id, long offset, ByteBuffer data) {
    Connection connection = connections.get(id);
    if (connection != null) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      connection.fromGuest.add(new Bytes(offset, ByteBuffer.wrap(copy), false));
    }
    return connection != null;
  }

  public boolean inputTaken(long id, long accepted, long limit, boolean done) {
    Connection connection = connections.get(id);
    if (connection != null) {
      connection.mayReach(limit, done);
    }
    return connection != null;
  }

  public void closed(long id, long offset) {
    Connection connection = connections.get(id);
    if (connection != null) {
      connection.fromGuest.add(new Bytes(offset, ByteBuffer.allocate(0), true));
    }
  }

  public boolean exited(long id) {
    Connection connection = connections.remove(id);
    if (connection != null) {
      connection.end();
    }
    return connection != null;
  }

  @Override
  public void close() {
    closed.set(true);
    connections.values().forEach(Connection::end);
    connections.clear();
  }

  private record Bytes(long offset, ByteBuffer data, boolean end) {}

  private final class Connection {
    private final long id;
    private final Agent guest;
    // Bounded by the window that the guest keeps to.
    private final BlockingQueue<Bytes> fromGuest = new LinkedBlockingQueue<>();
    private final Semaphore mayProceed = new Semaphore(0);
    private final AtomicLong limit = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<@Nullable SocketChannel> socket = new AtomicReference<>();

    Connection(long id, Agent guest) {
      this.id = id;
      this.guest = guest;
    }

    void run(SocketAddress address) {
      try (SocketChannel channel = SocketChannel.open(address)) {
        socket.set(channel);
        if (ended.get()) {
          return;
        }
        Thread down = Thread.ofVirtual().name("guest-api-answers").start(() -> toGuest(channel));
        toDaemon(channel);
        down.join();
      } catch (IOException failed) {
        log.debug("a guest's connection ended", failed);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      } finally {
        if (connections.remove(id, this)) {
          var _ = guest.release(id);
        }
        end();
      }
    }

    private void toDaemon(SocketChannel channel) throws IOException, InterruptedException {
      long position = 0;
      while (!ended.get()) {
        Bytes next = fromGuest.take();
        if (next.end()) {
          if (next.offset() >= position) {
            channel.shutdownOutput();
          }
          return;
        }
        position = next.offset() + next.data().remaining();
        while (next.data().hasRemaining()) {
          channel.write(next.data());
        }
        guest.acknowledge(id, STREAM, position);
      }
    }

    private void toGuest(SocketChannel channel) {
      ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
      long position = 0;
      try {
        while (!ended.get()) {
          while (limit.get() <= position && !ended.get()) {
            mayProceed.acquire();
          }
          bytes.clear().limit((int) Math.min(CHUNK, limit.get() - position));
          int count = channel.read(bytes);
          guest.input(id, position, bytes.flip(), count < 0);
          if (count < 0) {
            return;
          }
          position += count;
        }
      } catch (IOException failed) {
        log.debug("the answer to a guest ended", failed);
        end();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    void mayReach(long newLimit, boolean done) {
      limit.accumulateAndGet(newLimit, Math::max);
      if (done) {
        end();
      }
      mayProceed.release();
    }

    void end() {
      ended.set(true);
      mayProceed.release();
      fromGuest.add(new Bytes(Long.MIN_VALUE, ByteBuffer.allocate(0), true));
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
}
