package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Programs next to the workload that nobody listens to: of an earlier life of the machine, of an
/// earlier daemon, or left by their listener.
///
/// One that is kept waits ten minutes to be taken up again; what it prints stays in the guest, and
/// is held up there. Any other, and one that nobody took up, goes on unheard, as its memory does:
/// what it prints is dropped, so that it never waits for a reader; who reads input finds its end;
/// and when it has ended the guest forgets it.
public final class LeftSessions {
  private static final Logger log = LoggerFactory.getLogger(LeftSessions.class);
  private static final int FIELDS = 7;
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(
          KEPT.toNanos(),
          TimeUnit.NANOSECONDS,
          task -> Thread.ofVirtual().name("left-session").start(task));

  private LeftSessions() {}

  /// Lets all that nobody listens to go unheard: at once, or later where it is kept.
  ///
  /// @param hello names the sessions that the guest has
  public static void drain(Agent agent, Sessions sessions, Records hello) {
    for (String session : hello.all("session")) {
      String[] fields = session.split(" ", -1);
      if (fields.length != FIELDS) {
        continue;
      }
      try {
        long id = Long.parseUnsignedLong(fields[0]);
        if (id != 0 && Agent.isKept(id)) {
          Left left = new Left(sessions, id);
          if (sessions.claim(id, left)) {
            drainLater(agent, left);
          }
        } else if (id != 0 && !sessions.isHeard(id)) {
          Unheard unheard = new Unheard(agent, sessions, id);
          sessions.listen(id, unheard);
          unheard.begin();
        }
      } catch (NumberFormatException malformed) {
        log.debug("a guest names a session that is none: {}", session);
      }
    }
  }

  /// Keeps one that its listener leaves.
  static void leave(Agent agent, Sessions sessions, long id, Sessions.Listener listener) {
    Left left = new Left(sessions, id);
    if (sessions.replace(id, listener, left)) {
      drainLater(agent, left);
    }
  }

  private static void drainLater(Agent agent, Left left) {
    LATER.execute(() -> {
      Unheard unheard = new Unheard(agent, left.sessions(), left.id());
      if (left.sessions().replace(left.id(), left, unheard)) {
        unheard.begin();
      }
    });
  }

  /// Waits to be taken up.
  private static final class Left implements Sessions.Listener {
    private final Sessions sessions;
    private final long id;

    private Left(Sessions sessions, long id) {
      this.sessions = sessions;
      this.id = id;
    }

    private Sessions sessions() {
      return sessions;
    }

    private long id() {
      return id;
    }

    @Override
    public void output(int stream, long offset, ByteBuffer data) {}

    @Override
    public void inputTaken(long accepted, long limit, boolean closed) {}

    @Override
    public void exited(Records report) {}

    @Override
    public void lost() {
      sessions.forget(id, this);
    }
  }

  private static final class Unheard implements Sessions.Listener {
    private final Agent agent;
    private final Sessions sessions;
    private final long id;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Unheard(Agent agent, Sessions sessions, long id) {
      this.agent = agent;
      this.sessions = sessions;
      this.id = id;
    }

    /// From the oldest that the guest has.
    private void begin() {
      var _ = agent.attach(id, 0, 0);
    }

    @Override
    public void output(int stream, long offset, ByteBuffer data) {
      try {
        agent.acknowledge(id, stream, offset + data.remaining());
      } catch (IOException gone) {
        log.debug("output cannot be acknowledged", gone);
      }
    }

    @Override
    public void inputTaken(long accepted, long limit, boolean closed) {
      if (!closed && ended.compareAndSet(false, true)) {
        try {
          agent.input(id, accepted, ByteBuffer.allocate(0), true);
        } catch (IOException gone) {
          log.debug("the end of the input cannot be sent", gone);
        }
      }
    }

    @Override
    public void exited(Records report) {
      sessions.forget(id, this);
      var _ = agent.release(id);
    }

    @Override
    public void lost() {
      sessions.forget(id, this);
    }
  }
}
