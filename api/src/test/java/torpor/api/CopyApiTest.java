package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files into and out of an instance, over a WebSocket.
@Timeout(30)
class CopyApiTest {
  @TempDir Path directory;
  private TestServer server;
  private final Ear ear = new Ear();

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(directory);
    server.run("web");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WebSocket connect() {
    return server.connect("/v1/instances/web/cp", ear);
  }

  private static void say(WebSocket socket, String text) {
    socket.sendText(text, true).join();
  }

  private static void send(WebSocket socket, String content) {
    socket.sendBinary(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), true).join();
  }

  @Test
  void aFileComesWithItsHeaderAndOneEnd() throws Exception {
    say(connect(), "{\"direction\":\"from\",\"guest_path\":\"/etc/motd\"}");
    assertThat(ear.next())
        .startsWith("text {\"type\":\"header\",\"path\":\".\"")
        .contains("\"size\":3", "\"is_dir\":false");
    assertThat(ear.next()).isEqualTo("binary hi\n");
    assertThat(ear.next()).isEqualTo("text {\"type\":\"end\",\"final\":true}");
    assertThat(ear.next()).isEqualTo("close 1000");
  }

  @Test
  void whatIsLeftOutIsSaidAtTheEnd() throws Exception {
    server.node.sessions.leftOut = List.of("a: left out", "b: left out");
    say(connect(), "{\"direction\":\"from\",\"guest_path\":\"/etc/motd\"}");
    assertThat(ear.next()).contains("header");
    assertThat(ear.next()).startsWith("binary");
    assertThat(ear.next())
        .isEqualTo(
            "text {\"type\":\"end\",\"final\":true,\"error\":\"a: left out\\nb: left out\"}");
  }

  @Test
  void aFileOfUnknownLengthGoesIn() throws Exception {
    WebSocket socket = connect();
    say(socket, "{\"direction\":\"to\",\"guest_path\":\"/srv/a.txt\",\"mode\":420}");
    send(socket, "one ");
    send(socket, "two");
    say(socket, "{\"type\":\"end\"}");
    assertThat(ear.next())
        .isEqualTo("text {\"type\":\"result\",\"success\":true,\"bytes_written\":7}");
    assertThat(server.node.sessions.files).containsEntry("/srv/a.txt", "one two");
  }

  @Test
  void aTreeGoesInOverOneConnection() throws Exception {
    WebSocket socket = connect();
    say(socket, "{\"direction\":\"to\",\"guest_path\":\"/srv\",\"tree\":true}");
    say(socket, "{\"type\":\"header\",\"path\":\"d\",\"is_dir\":true}");
    say(socket, "{\"type\":\"header\",\"path\":\"d/a\",\"size\":1}");
    send(socket, "a");
    say(socket, "{\"type\":\"header\",\"path\":\"d/b\",\"size\":2}");
    send(socket, "bb");
    say(socket, "{\"type\":\"end\",\"final\":true}");
    assertThat(ear.next()).contains("\"success\":true", "\"bytes_written\":3");
    assertThat(server.node.sessions.files).containsEntry("/srv/d/a", "a");
    assertThat(server.node.sessions.files).containsEntry("/srv/d/b", "bb");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          direction   | {"direction":"up","guest_path":"/a"}
          guest_path  | {"direction":"from","guest_path":"a"}
          guest_path  | {"direction":"from","guest_path":"/a/../b"}
          path        | {"direction":"from","guest_path":"/nothing"}
          """)
  void whatCannotBeCopiedIsSaid(String field, String request) throws Exception {
    say(connect(), request);
    assertThat(ear.next())
        .startsWith("text {\"type\":\"error\"")
        .contains("\"field\":\"" + field + "\"");
    assertThat(ear.next()).isEqualTo("close 1000");
  }

  @Test
  void anItemThatWouldLeaveTheDirectoryIsRefused() throws Exception {
    WebSocket socket = connect();
    say(socket, "{\"direction\":\"to\",\"guest_path\":\"/srv\",\"tree\":true}");
    say(socket, "{\"type\":\"header\",\"path\":\"../etc/passwd\",\"size\":1}");
    assertThat(ear.next()).contains("\"type\":\"error\"", "not below");
    assertThat(server.node.sessions.files).hasSize(1);
  }

  @Test
  void contentThatNobodyAskedForIsRefused() throws Exception {
    send(connect(), "x");
    assertThat(ear.next()).contains("\"type\":\"error\"", "nothing is known about");
  }
}
