package torpor.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecEnd;
import torpor.wire.instance.ExecRequest;
import torpor.wire.instance.PathInfo;

/// A daemon with one machine, `web`: what is run in it is run on this host, for tar below `root`.
/// `gone` is one that hangs up on who asks for it, and any other does not exist.
public final class FakeMachine implements AutoCloseable {
  private static final String REFUSAL =
      """
      {"type": "about:blank", "title": "Wrong state", "status": 409, "detail": "it sleeps",
       "code": "instance.state", "remediation": "Restore it first.", "retryable": false}\
      """;

  private final Server server = new Server();
  private final Path root;
  private final String address;
  private final List<ExecRequest> asked = new CopyOnWriteArrayList<>();
  private final List<ExecControl.Size> sizes = new CopyOnWriteArrayList<>();

  private final KeptMachine kept = new KeptMachine(asked, sizes);

  private FakeMachine(Path root, Optional<Path> socket) {
    this.root = root;
    server.addConnector(socket.map(this::unix).orElseGet(() -> new ServerConnector(server)));
    WebSocketUpgradeHandler upgrade =
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              container.addMapping(
                  "/v1/instances/web/exec",
                  (request, response, callback) -> {
                    Fields query = Request.extractQueryParameters(request);
                    return query.get("session") == null
                        ? new Talk()
                        : kept.talk(query, response, callback).orElse(null);
                  });
              container.addMapping("/v1/instances/gone/exec", (_, _, _) -> new HangUp());
            });
    upgrade.setHandler(new Answers());
    server.setHandler(upgrade);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    this.address =
        socket
            .map(path -> "unix://" + path)
            .orElseGet(() -> "http://127.0.0.1:" + server.getURI().getPort());
  }

  /// Over TCP.
  public static FakeMachine at(Path root) {
    return new FakeMachine(root, Optional.empty());
  }

  public static FakeMachine at(Path root, Path socket) {
    return new FakeMachine(root, Optional.of(socket));
  }

  private Connector unix(Path path) {
    UnixDomainServerConnector connector = new UnixDomainServerConnector(server);
    connector.setUnixDomainPath(path);
    return connector;
  }

  public String address() {
    return address;
  }

  public List<ExecRequest> asked() {
    return asked;
  }

  /// Hangs up whenever so many pieces of input have come.
  ///
  /// @param thenSleeps whether it does so once, and sleeps until it is waited for
  public void hangsUpAfter(int pieces, boolean thenSleeps) {
    kept.hangsUpAfter(pieces, thenSleeps);
  }

  static byte[] refusal() {
    return REFUSAL.getBytes(StandardCharsets.UTF_8);
  }

  /// To which the terminal was resized.
  public List<ExecControl.Size> sizes() {
    return sizes;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// A program, and the connection that it belongs to.
  public final class Talk extends Session.Listener.AbstractAutoDemanding {
    private final CompletableFuture<Process> program = new CompletableFuture<>();

    @Override
    public void onWebSocketText(String message) {
      if (program.isDone()) {
        control(WireJson.read(message, ExecControl.class));
        return;
      }
      ExecRequest request = WireJson.read(message, ExecRequest.class);
      asked.add(request);
      begin(request);
    }

    private void begin(ExecRequest request) {
      List<String> command = new ArrayList<>(request.command());
      if (command.getFirst().equals("tar")) {
        command.set(2, root + command.get(2));
      }
      try {
        Process process = new ProcessBuilder(command).start();
        program.complete(process);
        Thread out = pump(process.getInputStream(), 1);
        Thread err = pump(process.getErrorStream(), 2);
        Thread.ofVirtual()
            .start(() -> {
              try {
                out.join();
                err.join();
                end(process.waitFor());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
      } catch (IOException e) {
        end(127);
      }
    }

    private Thread pump(InputStream from, int stream) {
      return Thread.ofVirtual()
          .start(() -> {
            byte[] piece = new byte[10_000];
            try {
              for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
                ByteBuffer message =
                    ByteBuffer.allocate(n + 1).put((byte) stream).put(piece, 0, n).flip();
                Callback.Completable.with(sent -> getSession().sendBinary(message, sent)).join();
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }

    private void end(int exitCode) {
      getSession()
          .sendText(
              WireJson.write(new ExecEnd(exitCode, Optional.empty())),
              Callback.from(() -> getSession().close(1000, "", Callback.NOOP), _ -> {}));
    }

    private void control(ExecControl control) {
      control.resize().ifPresent(sizes::add);
      if (control.eof().orElse(false)) {
        closeInput();
      }
    }

    private void closeInput() {
      try {
        program.join().getOutputStream().close();
      } catch (IOException e) {
        // It has ended.
      }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      try {
        OutputStream to = program.join().getOutputStream();
        to.write(bytes, 1, bytes.length - 1);
        to.flush();
      } catch (IOException e) {
        // It has ended.
      }
      callback.succeed();
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
      callback.succeed();
      if (program.isDone()) {
        program.join().destroy();
      }
    }
  }

  /// Takes what it is asked and breaks the connection.
  public static final class HangUp extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String message) {
      getSession().disconnect();
    }
  }

  private final class Answers extends Handler.Abstract {
    @Override
    public boolean handle(
        Request request, Response response, org.eclipse.jetty.util.Callback callback)
        throws IOException {
      String path = request.getHttpURI().getPath();
      String body = REFUSAL;
      int status = 409;
      if (path.equals("/v1/instances/web/stat")) {
        body = WireJson.write(stat(Request.extractQueryParameters(request)));
        status = 200;
      } else if (path.equals("/v1/instances/gone")) {
        body = REFUSAL.replace("instance.state", "instance.not_found").replace("409", "404");
        status = 404;
      } else if (path.equals("/v1/instances/web")) {
        body = Samples.instance("web", kept.sleeps() ? "Standby" : "Running");
        status = 200;
      } else if (path.equals("/v1/instances/web/wait")) {
        kept.wake();
        body = "{\"state\": \"Running\", \"timed_out\": false, \"state_error\": null}";
        status = 200;
      }
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
      return true;
    }

    private PathInfo stat(Fields asked) throws IOException {
      Path named = Path.of(root + asked.getValue("path"));
      boolean follow = Boolean.parseBoolean(asked.getValue("follow_links"));
      Path file = follow && Files.exists(named) ? named.toRealPath() : named;
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return PathInfo.NOTHING;
      }
      return new PathInfo(
          true,
          Optional.of(Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)),
          Optional.of(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)),
          Optional.of(Files.isSymbolicLink(file)),
          Optional.empty(),
          Optional.of(0644),
          Optional.of(Files.size(file)),
          Optional.of(Files.getLastModifiedTime(file).toInstant()));
    }
  }
}
