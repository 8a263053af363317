package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs that outlive their connection, and callers that do not keep to the rules.
@Timeout(30)
class KeptExecApiTest {
  private static final String NAME = "0c9d0b3e-6f0e-4a53-9d54-0a6f4c8e2a11";
  private static final String CAT = "{\"command\":[\"cat\"]}";

  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(directory);
    server.run("web");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WebSocket connect(String query, Ear ear) {
    return server.connect("/v1/instances/web/exec?" + query, ear);
  }

  private WebSocket begin(Ear ear) throws InterruptedException {
    WebSocket socket = connect("session=" + NAME, ear);
    socket.sendText(CAT, true).join();
    assertThat(ear.next()).isEqualTo(attached(0, 0));
    return socket;
  }

  private static String attached(int input, int output) {
    return "text {\"attached\":{\"session\":\"%s\",\"stdin\":%d,\"stdin_limit\":%d,\"stdout\":%d,\"stderr\":0}}"
        .formatted(NAME, input, input + 65_536, output);
  }

  private static String taken(int input) {
    return "text {\"stdin\":{\"taken\":%d,\"limit\":%d,\"closed\":false}}"
        .formatted(input, input + 65_536);
  }

  private static void input(WebSocket socket, String text) {
    ByteBuffer bytes = ByteBuffer.wrap(("\0" + text).getBytes(StandardCharsets.ISO_8859_1));
    socket.sendBinary(bytes, true).join();
  }

  @Test
  void aProgramIsTakenUpWhereItWas() throws Exception {
    Ear first = new Ear();
    WebSocket socket = begin(first);
    input(socket, "abc");
    assertThat(first.next()).isEqualTo("binary \u0001abc");
    assertThat(first.next()).isEqualTo(taken(3));
    socket.sendText("{\"ack\":{\"stdout\":1}}", true).join();
    socket.abort();

    Ear second = new Ear();
    WebSocket again = connect("session=" + NAME + "&offset=1", second);
    assertThat(second.next()).isEqualTo(attached(3, 1));
    assertThat(second.next()).isEqualTo("binary \u0001bc");
    again.sendText("{\"eof\":true}", true).join();
    assertThat(second.next()).isEqualTo("text {\"exitCode\":0}");
    assertThat(second.next()).isEqualTo("close 1000");
  }

  @Test
  void anOrderlyEndIsForGood() throws Exception {
    Ear first = new Ear();
    WebSocket socket = begin(first);
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    assertThat(first.next()).isEqualTo("close 1000");

    Ear second = new Ear();
    connect("session=" + NAME + "&offset=0", second);
    assertThat(second.next()).startsWith("text {\"exitCode\":127").contains("session.not_found");
    assertThat(second.next()).isEqualTo("close 1000");
  }

  @Test
  void oneConnectionAtATime() throws Exception {
    Ear first = new Ear();
    begin(first);
    Ear other = new Ear();
    connect("session=" + NAME, other).sendText(CAT, true).join();
    assertThat(other.next()).contains("session.exists");

    Ear second = new Ear();
    connect("session=" + NAME + "&offset=0", second);
    assertThat(second.next()).isEqualTo(attached(0, 0));
    assertThat(first.next()).isEqualTo("close 4002");
  }

  @ParameterizedTest
  @CsvSource({
    "session=short, session",
    "session=with%20space, session",
    "session=" + NAME + "&offset=-1, offset",
    "session=" + NAME + "&offset=1e9, offset",
    "session=" + NAME + "&offset=99999999999999999999, offset",
    "session=" + NAME + "&stderr_offset=x, stderr_offset",
    "offset=1, session"
  })
  void aQueryThatCannotBeIsRefusedByName(String query, String field) throws Exception {
    assertThat(Upgrade.ask(server.port, "/v1/instances/web/exec?" + query))
        .startsWith("HTTP/1.1 400")
        .contains("\"field\":\"" + field + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"ack\":{\"stdout\":1}}; 'ack'",
        "{\"ack\":{\"stdout\":-1}}; 'ack'",
        "{\"ack\":5}; not understood",
        "{\"resize\":{\"rows\":0,\"cols\":80}}; rows",
        "{\"signal\":\"SIGNOTHING\"}; signal",
        "{\"command\":[\"twice\"]}; command",
        "[]; not understood",
        "{; not understood"
      })
  void aMessageThatCannotBeIsRefusedAndTheProgramStays(String message, String word)
      throws Exception {
    Ear ear = new Ear();
    WebSocket socket = begin(ear);
    socket.sendText(message, true).join();
    assertThat(ear.next()).contains("request.invalid").contains(word);
    assertThat(ear.next()).isEqualTo("close 1000");

    Ear again = new Ear();
    connect("session=" + NAME + "&offset=0", again);
    assertThat(again.next()).isEqualTo(attached(0, 0));
  }

  @Test
  void inputOutOfTurnWithoutItsByteOrBeyondItsLimitIsRefused() throws Exception {
    Ear early = new Ear();
    input(connect("session=" + NAME, early), "before the program");
    assertThat(early.next()).contains("before the program was named");

    Ear untagged = new Ear();
    begin(untagged).sendBinary(ByteBuffer.wrap(new byte[] {7, 7}), true).join();
    assertThat(untagged.next()).contains("does not begin with a zero byte");

    Ear much = new Ear();
    WebSocket socket = connect("session=" + NAME + "-2", much);
    socket.sendBinary(ByteBuffer.allocate(70_000), true).join();
    assertThat(much.next()).isEqualTo("close 1009");
  }

  @Test
  void aMessageOfAnySizeEndsOnlyItsConnection() throws Exception {
    Ear ear = new Ear();
    WebSocket socket = begin(ear);
    socket.sendText("{\"signal\":\"" + "x".repeat(70_000) + "\"}", true).join();
    assertThat(ear.next()).isEqualTo("close 1009");

    Ear again = new Ear();
    connect("session=" + NAME + "&offset=0", again);
    assertThat(again.next()).isEqualTo(attached(0, 0));
  }
}
