package torpor.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.api.Session;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecEvent;
import torpor.wire.instance.ExecRequest;

/// The programs of [FakeMachine] that outlive their connections. It can hang up, and sleep.
public final class KeptMachine {
  private static final int WINDOW = 64 * 1024;

  private final List<ExecRequest> asked;
  private final List<ExecControl.Size> sizes;
  private final Map<String, Program> programs = new ConcurrentHashMap<>();
  private final AtomicInteger messages = new AtomicInteger();
  private volatile int hangUpAfter = Integer.MAX_VALUE;
  private volatile boolean sleepsThen;
  private volatile boolean asleep;

  KeptMachine(List<ExecRequest> asked, List<ExecControl.Size> sizes) {
    this.asked = asked;
    this.sizes = sizes;
  }

  /// Hangs up whenever so many messages have come.
  void hangsUpAfter(int count, boolean thenSleeps) {
    hangUpAfter = count;
    sleepsThen = thenSleeps;
  }

  boolean sleeps() {
    return asleep;
  }

  void wake() {
    asleep = false;
  }

  /// What a connection is answered with.
  Optional<Object> talk(Fields query, Response response, Callback callback) {
    if (sleeps()) {
      response.setStatus(409);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.write(true, ByteBuffer.wrap(FakeMachine.refusal()), callback);
      return Optional.empty();
    }
    return Optional.of(
        new Talk(query.getValue("session"), Optional.ofNullable(query.getValue("offset")), query));
  }

  /// Whether this message was one too many.
  private boolean isTooMuch() {
    if (messages.incrementAndGet() % hangUpAfter != 0) {
      return false;
    }
    if (sleepsThen) {
      hangUpAfter = Integer.MAX_VALUE;
      asleep = true;
    }
    return true;
  }

  private static final class Program {
    private final Process process;
    private final ByteArrayOutputStream[] written = {
      new ByteArrayOutputStream(), new ByteArrayOutputStream()
    };
    private Optional<Talk> heardBy = Optional.empty();
    private Optional<Integer> exitCode = Optional.empty();
    private long taken;

    Program(Process process) {
      this.process = process;
    }

    void run() {
      List<Thread> pumps = new ArrayList<>();
      pumps.add(pump(process.getInputStream(), 0));
      pumps.add(pump(process.getErrorStream(), 1));
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (Thread pump : pumps) {
                pump.join();
              }
              ended(process.waitFor());
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
    }

    private Thread pump(InputStream from, int stream) {
      return Thread.ofVirtual()
          .start(() -> {
            byte[] piece = new byte[10_000];
            try {
              for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                printed(stream, piece, n);
              }
            } catch (IOException e) {
              // It was ended.
            }
          });
    }

    private synchronized void printed(int stream, byte[] piece, int count) {
      written[stream].write(piece, 0, count);
      heardBy.ifPresent(Talk::tell);
    }

    private synchronized void ended(int code) {
      exitCode = Optional.of(code);
      heardBy.ifPresent(Talk::tell);
    }

    synchronized void heardBy(Talk talk) {
      heardBy = Optional.of(talk);
      talk.begins(taken);
      talk.tell();
    }

    synchronized void leftBy(Talk talk) {
      heardBy = heardBy.filter(now -> now != talk);
    }

    void take(byte[] bytes) {
      try {
        OutputStream to = process.getOutputStream();
        to.write(bytes);
        to.flush();
      } catch (IOException e) {
        // It has ended.
      }
      synchronized (this) {
        taken += bytes.length;
        heardBy.ifPresent(talk -> talk.took(taken));
      }
    }

    void endInput() {
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // It has ended.
      }
    }
  }

  /// One connection to one of them.
  public final class Talk extends Session.Listener.AbstractAutoDemanding {
    private final String name;
    private final boolean again;
    private final long[] told;
    private Optional<Program> program = Optional.empty();
    private boolean hungUp;

    private Talk(String name, Optional<String> offset, Fields query) {
      this.name = name;
      this.again = offset.isPresent();
      this.told =
          again
              ? new long[] {
                Long.parseLong(offset.orElseThrow()),
                Long.parseLong(query.getValue("stderr_offset"))
              }
              : new long[2];
    }

    @Override
    public void onWebSocketOpen(Session session) {
      super.onWebSocketOpen(session);
      if (again) {
        attach(Optional.ofNullable(programs.get(name)).orElseThrow());
      }
    }

    private void attach(Program found) {
      program = Optional.of(found);
      found.heardBy(this);
    }

    private void begins(long taken) {
      say(
          ExecEvent.attached(
              new ExecEvent.Attached(name, taken, taken + WINDOW, told[0], told[1])));
    }

    private void took(long taken) {
      say(ExecEvent.taken(new ExecEvent.Input(taken, taken + WINDOW, false)));
    }

    private void say(Object message) {
      getSession().sendText(WireJson.write(message), org.eclipse.jetty.websocket.api.Callback.NOOP);
    }

    private void tell() {
      Program from = program.orElseThrow();
      for (int stream = 0; stream < 2; stream++) {
        byte[] all = from.written[stream].toByteArray();
        int count = all.length - (int) told[stream];
        if (count > 0) {
          ByteBuffer message =
              ByteBuffer.allocate(count + 1)
                  .put((byte) (stream + 1))
                  .put(all, (int) told[stream], count)
                  .flip();
          told[stream] = all.length;
          getSession().sendBinary(message, org.eclipse.jetty.websocket.api.Callback.NOOP);
        }
      }
      from.exitCode.ifPresent(code -> {
        say(new ExecEnd(code, Optional.empty()));
        getSession().close(1000, "", org.eclipse.jetty.websocket.api.Callback.NOOP);
      });
    }

    @Override
    public void onWebSocketText(String message) {
      if (hungUp) {
        return;
      }
      if (program.isPresent()) {
        ExecControl control = WireJson.read(message, ExecControl.class);
        control.resize().ifPresent(sizes::add);
        if (control.eof().orElse(false)) {
          program.orElseThrow().endInput();
        }
        return;
      }
      ExecRequest request = WireJson.read(message, ExecRequest.class);
      asked.add(request);
      try {
        Program begun = new Program(new ProcessBuilder(request.command()).start());
        programs.put(name, begun);
        begun.run();
        attach(begun);
      } catch (IOException e) {
        say(new ExecEnd(127, Optional.empty(), Optional.of("not found")));
      }
    }

    @Override
    public void onWebSocketBinary(
        ByteBuffer payload, org.eclipse.jetty.websocket.api.Callback callback) {
      byte[] bytes = new byte[payload.remaining() - 1];
      payload.get(1, bytes);
      callback.succeed();
      if (hungUp) {
        return;
      }
      if (isTooMuch()) {
        // What came with it is lost with the connection, and what came after it.
        hungUp = true;
        getSession().disconnect();
      } else {
        program.orElseThrow().take(bytes);
      }
    }

    @Override
    public void onWebSocketClose(
        int statusCode, String reason, org.eclipse.jetty.websocket.api.Callback callback) {
      callback.succeed();
      program.ifPresent(left -> {
        left.leftBy(this);
        if (statusCode == 1000) {
          left.process.destroy();
          programs.remove(name);
        }
      });
    }
  }
}
