package torpor.cli.connection;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads server-sent events as the HTML standard writes them. Confined to one thread.
public final class EventStream implements Closeable {
  private final BufferedReader lines;
  private final Closeable response;
  private Optional<String> lastId = Optional.empty();

  EventStream(InputStream content, Closeable response) {
    this.lines = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
    this.response = response;
  }

  /// Waits for the next event; empty at the end of the stream. An event that the end cut off is
  /// dropped, it comes again.
  public Optional<ServerEvent> next() throws IOException {
    var data = new StringBuilder();
    boolean any = false;
    String kind = "message";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (any) {
          return Optional.of(new ServerEvent(lastId, kind, data.toString()));
        }
        kind = "message";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      if (value.startsWith(" ")) {
        value = value.substring(1);
      }
      switch (field) {
        case "data" -> {
          data.append(any ? "\n" : "").append(value);
          any = true;
        }
        case "event" -> kind = value;
        case "id" -> lastId = Optional.of(value);
        default -> {
          // A comment that keeps the connection alive, or a field of a later standard.
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    response.close();
  }
}
