package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The programs and copies that run next to a workload, by their numbers. Thread-safe.
public final class Sessions {

  /// What a session's owner is told; on the connection's reading thread, in order.
  public interface Listener {
    void output(int stream, long offset, ByteBuffer data);

    void inputTaken(long accepted, long limit, boolean closed);

    void exited(Records report);

    void lost();

    /// Another one is told from now on.
    default void replaced() {}
  }

  private final Map<Long, Listener> listeners = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Agent> agent = new AtomicReference<>();

  /// From now on requests go this way.
  public void use(Agent connection) {
    agent.set(connection);
  }

  /// Listens to a session; do so before asking for it.
  public void listen(long session, Listener listener) {
    listeners.put(session, listener);
  }

  /// Listens to a session that nobody listens to.
  ///
  /// @return whether that was so
  boolean claim(long session, Listener listener) {
    return listeners.putIfAbsent(session, listener) == null;
  }

  /// Listens in another one's place.
  ///
  /// @param former given whoever listened, before the new one hears anything
  void takeOver(long session, Listener listener, Consumer<Listener> former) {
    listeners.compute(
        session,
        (_, before) -> {
          if (before != null) {
            former.accept(before);
          }
          return listener;
        });
  }

  /// Listens in the place of this one.
  ///
  /// @return whether that was still listening
  boolean replace(long session, Listener former, Listener listener) {
    return listeners.replace(session, former, listener);
  }

  void forget(long session, Listener listener) {
    listeners.remove(session, listener);
  }

  /// Whether somebody listens to it.
  boolean isHeard(long session) {
    return listeners.containsKey(session);
  }

  public void forget(long session) {
    listeners.remove(session);
  }

  public boolean output(long session, int stream, long offset, ByteBuffer data) {
    Listener listener = listeners.get(session);
    if (listener != null) {
      listener.output(stream, offset, data);
    }
    return listener != null;
  }

  public void inputTaken(long session, long accepted, long limit, boolean closed) {
    Listener listener = listeners.get(session);
    if (listener != null) {
      listener.inputTaken(accepted, limit, closed);
    }
  }

  public void exited(long session, Records report) {
    Listener listener = listeners.get(session);
    if (listener != null) {
      listener.exited(report);
    }
  }

  public void lost() {
    listeners.values().forEach(Listener::lost);
  }
}
