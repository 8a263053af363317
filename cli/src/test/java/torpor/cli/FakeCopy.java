package torpor.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;
import torpor.wire.instance.CopyMessage;
import torpor.wire.instance.CopyRequest;

/// A copy into or out of [FakeMachine], whose files are below a directory of this host. As in a
/// real one what is neither file, directory nor link is left out and told at the end.
public final class FakeCopy extends Session.Listener.AbstractAutoDemanding {
  private static final int PIECE = 10_000;

  private final Path root;
  private final List<CopyRequest> asked;
  private Path into = Path.of("/");
  private Optional<OutputStream> file = Optional.empty();
  private long owed;
  private long written;
  private String leftOut = "";
  private boolean begun;

  FakeCopy(Path root, List<CopyRequest> asked) {
    this.root = root;
    this.asked = asked;
  }

  @Override
  public void onWebSocketText(String message) {
    try {
      if (begun) {
        take(WireJson.read(message, CopyMessage.class));
      } else {
        begun = true;
        begin(WireJson.read(message, CopyRequest.class));
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  private void begin(CopyRequest request) throws IOException {
    asked.add(request);
    Path named = Path.of(root + request.guestPath());
    if (request.direction().equals("to")) {
      into = named;
    } else {
      Path item = request.followLinks().orElse(false) ? named.toRealPath() : named;
      try (Stream<Path> tree = Files.walk(item)) {
        for (Path path : tree.toList()) {
          send(item, path);
        }
      }
      end(CopyMessage.last(Optional.of(leftOut).filter(some -> !some.isEmpty())));
    }
  }

  private void send(Path item, Path path) throws IOException {
    String relative = item.relativize(path).toString();
    boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    boolean link = Files.isSymbolicLink(path);
    boolean content = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    if (!directory && !link && !content) {
      leftOut += relative + ": neither a file, a directory nor a link: left out\n";
      return;
    }
    say(
        CopyMessage.header(
            relative.isEmpty() ? "." : relative,
            (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777,
            directory,
            link ? Optional.of(Files.readSymbolicLink(path).toString()) : Optional.empty(),
            content ? Files.size(path) : 0,
            Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant(),
            0,
            0));
    if (content) {
      try (InputStream in = Files.newInputStream(path)) {
        for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
          ByteBuffer bytes = ByteBuffer.wrap(piece);
          Callback.Completable.with(sent -> getSession().sendBinary(bytes, sent)).join();
        }
      }
    }
    say(CopyMessage.end());
  }

  private void take(CopyMessage message) throws IOException {
    closeFile();
    if (message.type().equals("end")) {
      if (message.last().orElse(false)) {
        end(CopyMessage.result(written, Optional.empty()));
      }
      return;
    }
    Path place = into.resolve(message.path().orElseThrow());
    if (message.isDir().orElse(false)) {
      Files.createDirectories(place);
    } else if (message.linkTarget().isPresent()) {
      Files.createSymbolicLink(place, Path.of(message.linkTarget().get()));
    } else {
      owed = message.size().orElseThrow();
      file = Optional.of(Files.newOutputStream(place));
    }
    if (message.linkTarget().isEmpty()) {
      Files.setAttribute(place, "unix:mode", message.mode().orElseThrow());
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    callback.succeed();
    try {
      file.orElseThrow().write(bytes);
      written += bytes.length;
      owed -= bytes.length;
    } catch (IOException e) {
      fail(e);
    }
  }

  private void closeFile() throws IOException {
    if (owed != 0) {
      throw new IOException("there are " + owed + " bytes less than was said");
    }
    if (file.isPresent()) {
      file.get().close();
      file = Optional.empty();
    }
  }

  private void fail(IOException e) {
    ProblemDetails problem =
        new ProblemDetails(
            "about:blank",
            "Could not be done inside",
            409,
            String.valueOf(e.getMessage()),
            "exec.failed",
            "See the permissions.",
            false,
            Optional.empty());
    end(CopyMessage.error("/", problem));
  }

  private void say(CopyMessage message) {
    Callback.Completable.with(sent -> getSession().sendText(WireJson.write(message), sent)).join();
  }

  private void end(CopyMessage message) {
    getSession()
        .sendText(
            WireJson.write(message),
            Callback.from(() -> getSession().close(1000, "", Callback.NOOP), _ -> {}));
  }

  @Override
  public void onWebSocketClose(int statusCode, String reason, Callback callback) {
    callback.succeed();
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
