package torpor.runtime.qemu.agent;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries connections that programs in the guest open to the guest API, one socket to the daemon
/// each. Needs no network in the guest. Thread-safe.
///
/// The guest is held to what was agreed, at most [#MOST] connections and [Window#BYTES] of each
/// that the daemon has not taken: one that breaks it has that connection reset.
public final class GuestApiProxy implements AutoCloseable {
  public static final int MOST = 32;
  private static final Logger log = LoggerFactory.getLogger(GuestApiProxy.class);

  private final Optional<SocketAddress> target;
  private final Map<Long, ProxiedConnection> connections = new ConcurrentHashMap<>();
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
    if (target.isEmpty()
        || connections.size() >= MOST
        || connections.containsKey(id)
        || closed.get()) {
      log.debug("a guest's connection is refused: {}", about);
      var _ = guest.release(id);
      return;
    }
    ProxiedConnection connection = new ProxiedConnection(id, guest, () -> reset(id, guest));
    connections.put(id, connection);
    Thread.ofVirtual().name("guest-api").start(() -> connection.run(target.get()));
    if (closed.get()) {
      connection.end();
    }
  }

  private void reset(long id, Agent guest) {
    ProxiedConnection connection = connections.remove(id);
    if (connection != null) {
      var _ = guest.release(id);
      connection.end();
    }
  }

  private void keepsTo(boolean agreed, long id) {
    Agent guest = agent.get();
    if (!agreed && guest != null) {
      log.debug("a guest's connection {} does not keep to its window", id);
      reset(id, guest);
    }
  }

  /// @return whether it was one of ours
  public boolean output(long id, long offset, ByteBuffer data) {
    ProxiedConnection connection = connections.get(id);
    if (connection != null) {
      keepsTo(connection.output(offset, data), id);
    }
    return connection != null;
  }

  public boolean inputTaken(long id, long limit, boolean readsNoMore) {
    ProxiedConnection connection = connections.get(id);
    if (connection != null) {
      connection.mayReach(limit, readsNoMore);
    }
    return connection != null;
  }

  public void closed(long id, long offset) {
    ProxiedConnection connection = connections.get(id);
    if (connection != null) {
      keepsTo(connection.closed(offset), id);
    }
  }

  /// The program has got everything and said everything, or has reset its connection.
  public boolean exited(long id) {
    ProxiedConnection connection = connections.remove(id);
    if (connection != null) {
      connection.end();
    }
    return connection != null;
  }

  @Override
  public void close() {
    closed.set(true);
    connections.values().forEach(ProxiedConnection::end);
    connections.clear();
  }
}
