package torpor.runtime.qemu.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Programs that somebody ran next to the workload in an earlier life of the machine, or under an
/// earlier daemon. Nobody hears them any more. They go on, as their memory does: what they print is
/// dropped, so that they never wait for a reader; who reads input finds its end; and when they have
/// ended the guest forgets them.
public final class LeftSessions {
  private static final Logger log = LoggerFactory.getLogger(LeftSessions.class);
  private static final int FIELDS = 7;

  private LeftSessions() {}

  /// Takes care of all that nobody listens to.
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
        if (id != 0 && !sessions.isHeard(id)) {
          drain(
              agent,
              sessions,
              id,
              Long.parseUnsignedLong(fields[3]),
              Long.parseUnsignedLong(fields[5]),
              Long.parseUnsignedLong(fields[6]));
        }
      } catch (NumberFormatException malformed) {
        log.debug("a guest names a session that is none: {}", session);
      } catch (IOException gone) {
        log.debug("a session of an earlier life cannot be reached", gone);
      }
    }
  }

  private static void drain(
      Agent agent, Sessions sessions, long id, long output, long errors, long accepted)
      throws IOException {
    sessions.listen(id, new Unheard(agent, sessions, id));
    var _ = agent.attach(id, output, errors);
    agent.input(id, accepted, ByteBuffer.allocate(0), true);
  }

  private record Unheard(Agent agent, Sessions sessions, long id) implements Sessions.Listener {
    @Override
    public void output(int stream, long offset, ByteBuffer data) {
      try {
        agent.acknowledge(id, stream, offset + data.remaining());
      } catch (IOException gone) {
        log.debug("output cannot be acknowledged", gone);
      }
    }

    @Override
    public void inputTaken(long accepted, long limit, boolean closed) {}

    @Override
    public void exited(Records report) {
      sessions.forget(id);
      var _ = agent.release(id);
    }

    @Override
    public void lost() {
      sessions.forget(id);
    }
  }
}
