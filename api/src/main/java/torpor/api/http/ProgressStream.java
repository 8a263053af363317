package torpor.api.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import torpor.wire.WireJson;

/// Work that is followed until its end, as lines of JSON or as events. Every line says its own
/// type, which is also the event's. Used by one thread.
public final class ProgressStream {
  private static final String LINES = "application/x-ndjson";

  private final Optional<EventStream> events;
  private final OutputStream out;
  private int sent;

  private ProgressStream(Optional<EventStream> events, OutputStream out) {
    this.events = events;
    this.out = out;
  }

  /// Whether the caller wants to follow.
  public static boolean isWanted(Context context) {
    return EventStream.isWanted(context) || areLinesWanted(context);
  }

  private static boolean areLinesWanted(Context context) {
    return Optional.ofNullable(context.header("Accept"))
        .map(accept -> accept.contains(LINES))
        .orElse(false);
  }

  /// Sends the head of the answer: from now on a refusal is a line of it.
  public static ProgressStream open(Context context) throws IOException {
    if (!areLinesWanted(context)) {
      EventStream events = EventStream.open(context);
      return new ProgressStream(Optional.of(events), context.res().getOutputStream());
    }
    context.status(200).contentType(LINES).header("X-Accel-Buffering", "no");
    context.res().flushBuffer();
    return new ProgressStream(Optional.empty(), context.res().getOutputStream());
  }

  /// Sends a line; a client that has gone shows as an [IOException].
  public void tell(String type, Object line) throws IOException {
    sent++;
    if (events.isPresent()) {
      events.orElseThrow().event(sent, type, WireJson.write(line));
    } else {
      out.write((WireJson.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
  }
}
