package torpor.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import torpor.wire.WireJson;
import torpor.wire.instance.CopyRequest;
import torpor.wire.instance.ExecControl;
import torpor.wire.instance.ExecRequest;
import torpor.wire.instance.PathInfo;

/// A daemon with one machine, `web`: what is run in it is run on this host, and its files are below
/// `root`. `gone` is one that hangs up on who asks for it, and any other does not exist.
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
  private final List<CopyRequest> copies = new CopyOnWriteArrayList<>();
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
                  (request, response, callback) ->
                      kept.talk(Request.extractQueryParameters(request), response, callback)
                          .orElse(null));
              container.addMapping("/v1/instances/web/cp", (_, _, _) -> new FakeCopy(root, copies));
              container.addMapping("/v1/instances/gone/cp", (_, _, _) -> new HangUp());
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

  public List<CopyRequest> copies() {
    return copies;
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
      if (path.endsWith("/stat")) {
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
