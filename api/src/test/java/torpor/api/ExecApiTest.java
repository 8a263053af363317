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
import torpor.wire.WireJson;
import torpor.wire.instance.InstanceStats;

/// What is inside an instance: programs over a WebSocket, paths, use.
@Timeout(30)
class ExecApiTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private final Ear ear = new Ear();

  private WebSocket connect() {
    return server.connect("/v1/instances/web/exec", ear);
  }

  private static void say(WebSocket socket, String text) {
    socket.sendText(text, true).join();
  }

  @Test
  void aProgramsOutputComesAndThenItsExitCode() throws Exception {
    server.run("web");
    say(connect(), "{\"command\":[\"echo\",\"hello\",\"you\"]}");
    assertThat(ear.next()).isEqualTo("binary hello you\n");
    assertThat(ear.next()).isEqualTo("text {\"exitCode\":0}");
    assertThat(ear.next()).isEqualTo("close 1000");
  }

  @Test
  void theTwoOutputsCanBeToldApart() throws Exception {
    server.run("web");
    say(connect(), "{\"command\":[\"fail\"],\"separate\":true}");
    assertThat(ear.next()).isEqualTo("binary \u0002no\n");
    assertThat(ear.next()).isEqualTo("text {\"exitCode\":3}");
  }

  @Test
  void inputWindowSizeAndEndOfInput() throws Exception {
    server.run("web");
    WebSocket socket = connect();
    say(socket, "{\"command\":[\"cat\"],\"tty\":true,\"rows\":50,\"cols\":132}");
    socket.sendBinary(ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)), true).join();
    assertThat(ear.next()).isEqualTo("binary abc");
    assertThat(server.node.sessions.window.orElseThrow().columns()).isEqualTo(132);
    say(socket, "{\"resize\":{\"rows\":10,\"cols\":20}}");
    say(socket, "{\"eof\":true}");
    assertThat(ear.next()).isEqualTo("text {\"exitCode\":0}");
    assertThat(server.node.sessions.window.orElseThrow().columns()).isEqualTo(20);
  }

  @Test
  void aSignalReachesTheProgram() throws Exception {
    server.run("web");
    WebSocket socket = connect();
    say(socket, "{\"command\":[\"cat\"]}");
    say(socket, "{\"signal\":\"SIGTERM\"}");
    assertThat(ear.next()).isEqualTo("text {\"exitCode\":143}");
  }

  @Test
  void whatCannotBeRunIsSaid() throws Exception {
    server.run("web");
    say(connect(), "{\"command\":[\"nothing\"]}");
    assertThat(ear.next()).startsWith("text {\"exitCode\":127").contains("exec.failed");
    assertThat(ear.next()).isEqualTo("close 1000");
    say(connect(), "{\"comand\":[\"echo\"]}");
    assertThat(ear.next()).contains("request.invalid").contains("comand");
    assertThat(ear.next()).isEqualTo("close 1000");
    connect().sendBinary(ByteBuffer.wrap(new byte[1]), true).join();
    assertThat(ear.next()).contains("before the program was named");
  }

  @Test
  void whereNothingRunsThereIsNoConnection() throws Exception {
    assertThat(upgrade("web"))
        .startsWith("HTTP/1.1 404")
        .contains("instance.not_found")
        .doesNotContain("Set-Cookie");
    server.run("web");
    server.post("/v1/instances/web/standby", "");
    assertThat(upgrade("web")).startsWith("HTTP/1.1 409").contains("instance.state");
    assertThat(server.get("/v1/instances/web/exec").statusCode()).isEqualTo(400);
  }

  private String upgrade(String name, String... headers) throws Exception {
    return Upgrade.ask(server.port, "/v1/instances/%s/exec".formatted(name), headers);
  }

  @Test
  void aPageOfAnotherSiteGetsNoConnection() throws Exception {
    server.run("web");
    assertThat(upgrade("web", "Origin: http://evil.example")).startsWith("HTTP/1.1 401");
  }

  @Test
  void pathsAndUseAreShown() throws Exception {
    server.run("web");
    assertThat(server.get("/v1/instances/web/stat?path=/etc/motd").body())
        .contains("\"exists\":true", "\"is_file\":true", "\"size\":3");
    assertThat(server.get("/v1/instances/web/stat?path=/etc").body()).contains("\"is_dir\":true");
    assertThat(server.get("/v1/instances/web/stat?path=/none").body())
        .isEqualTo("{\"exists\":false}");
    assertThat(TestServer.problem(server.get("/v1/instances/web/stat?path=etc")).field())
        .contains("path");
    InstanceStats stats =
        WireJson.read(server.get("/v1/instances/web/stats").body(), InstanceStats.class);
    assertThat(stats.cpuSeconds()).isEqualTo(1.5);
    assertThat(stats.memoryUtilizationRatio()).isEqualTo(0.25);
  }
}
