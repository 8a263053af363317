package torpor.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An answer read line by line while it is still being written.
final class Lines implements AutoCloseable {
  private final HttpResponse<InputStream> answer;
  private final BufferedReader reader;

  Lines(HttpResponse<InputStream> answer) {
    this.answer = answer;
    this.reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  int status() {
    return answer.statusCode();
  }

  String next() throws IOException {
    String line = reader.readLine();
    return line == null ? "<end>" : line;
  }

  /// The next server-sent event; comments are passed over.
  List<String> event() throws IOException {
    List<String> lines = new ArrayList<>();
    String line = next();
    while (!line.equals("<end>") && !(line.isEmpty() && !lines.isEmpty())) {
      if (!line.startsWith(":") && !line.isEmpty()) {
        lines.add(line);
      }
      line = next();
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
