package torpor.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private static List<ServerEvent> read(String text) throws IOException {
    List<ServerEvent> events = new ArrayList<>();
    var content = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    try (EventStream stream = new EventStream(content, () -> {})) {
      for (var event = stream.next(); event.isPresent(); event = stream.next()) {
        events.add(event.get());
      }
    }
    return events;
  }

  @Test
  void severalDataLinesAreOneText() throws IOException {
    assertThat(read("data: a\ndata:b\ndata\n\n"))
        .containsExactly(new ServerEvent(Optional.empty(), "message", "a\nb\n"));
  }

  @Test
  void anIdStaysUntilTheNextOne() throws IOException {
    assertThat(read("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n"))
        .extracting(event -> event.id().orElse("-"))
        .containsExactly("1", "1", "2");
  }

  @Test
  void commentsAndNamelessEventsWithoutDataArePassedOver() throws IOException {
    assertThat(read(": alive\n\nevent: x\n\ndata: a\n\n"))
        .containsExactly(new ServerEvent(Optional.empty(), "message", "a"));
  }

  @Test
  void anEventThatTheEndCutsOffIsDropped() throws IOException {
    assertThat(read("data: whole\n\ndata: half\n")).hasSize(1);
  }
}
