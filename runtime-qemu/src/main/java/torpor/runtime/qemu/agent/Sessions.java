package torpor.runtime.qemu.agent;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The programs and copies that run next to a workload, by their numbers. Thread-safe.
public final class Sessions {

  /// What a session's owner is told; on the connection's reading thread, in order.
  public interface Listener {
    void output(int stream, long offset, ByteBuffer data);

    void inputTaken(long accepted, long limit, boolean closed);

    void exited(Records report);

    void lost();
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
