package torpor.api.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// An answer in server-sent events, written from the handler's own thread. A client that has gone
/// shows as an [IOException] of the next write; a stream without news therefore writes a comment
/// now and then.
public final class EventStream {
  private final OutputStream out;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  public static boolean isWanted(Context context) {
    return Optional.ofNullable(context.header("Accept"))
        .map(accept -> accept.contains("text/event-stream"))
        .orElse(false);
  }

  /// Sends the head of the answer at once, so that the client knows the stream stands.
  public static EventStream open(Context context) throws IOException {
    context.status(200).contentType("text/event-stream").header("X-Accel-Buffering", "no");
    context.res().flushBuffer();
    return new EventStream(context.res().getOutputStream());
  }

  /// Where the client's last connection ended.
  public static Optional<Long> lastEventId(Context context) {
    return Optional.ofNullable(context.header("Last-Event-ID"))
        .map(value -> Parameters.number("Last-Event-ID", value, 0, Long.MAX_VALUE));
  }

  /// Written, not yet sent; see [#flush].
  ///
  /// @param data any text; each line ending in it arrives as a line feed
  public void event(long id, String kind, String data) throws IOException {
    var text = new StringBuilder("id: ").append(id).append("\nevent: ").append(kind).append('\n');
    for (String line : data.split("\r\n|\r|\n", -1)) {
      text.append("data: ").append(line).append('\n');
    }
    write(text.append('\n').toString());
  }

  public void comment(String text) throws IOException {
    write(": " + text + "\n\n");
    flush();
  }

  public void flush() throws IOException {
    out.flush();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
