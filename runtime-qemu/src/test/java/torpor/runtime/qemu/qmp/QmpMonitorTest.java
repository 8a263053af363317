package torpor.runtime.qemu.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The test is QEMU.
class QmpMonitorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private ServerSocketChannel server = closed();
  private SocketChannel qemu = unconnected();
  private BufferedReader asked = new BufferedReader(java.io.Reader.nullReader());
  private CompletableFuture<QmpMonitor> monitor = new CompletableFuture<>();

  private static ServerSocketChannel closed() {
    try {
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static SocketChannel unconnected() {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @BeforeEach
  void connect() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("qmp"));
    server.bind(address);
    SocketChannel ours = SocketChannel.open(address);
    qemu = server.accept();
    asked =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(qemu), StandardCharsets.UTF_8));
    monitor = CompletableFuture.supplyAsync(() -> open(ours));
  }

  private static QmpMonitor open(SocketChannel channel) {
    try {
      return QmpMonitor.on(channel, PATIENCE);
    } catch (QmpException refused) {
      throw new AssertionError(refused);
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    qemu.close();
    server.close();
  }

  private void say(String line) throws IOException {
    qemu.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private QmpMonitor greeted() throws IOException {
    say("{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
    assertThat(asked.readLine()).contains("qmp_capabilities").contains("\"id\":1");
    say("{\"return\": {}, \"id\": 1}");
    return monitor.join();
  }

  @Test
  void answersFindTheirCommandsWhateverTheirOrder() throws IOException {
    QmpMonitor qmp = greeted();
    CompletableFuture<JsonNode> first = qmp.send("a", QmpMonitor.arguments());
    CompletableFuture<JsonNode> second = qmp.send("b", QmpMonitor.arguments());
    say("{\"event\": \"STOP\", \"data\": {}}");
    say("{\"return\": {\"status\": \"b\"}, \"id\": 3}");
    say("{\"return\": {\"status\": \"a\"}, \"id\": 2}");

    assertThat(first.join().path("status").asString()).isEqualTo("a");
    assertThat(second.join().path("status").asString()).isEqualTo("b");
  }

  @Test
  void aRefusalHasQemusWords() throws IOException {
    QmpMonitor qmp = greeted();
    CompletableFuture<JsonNode> answer = qmp.send("cont", QmpMonitor.arguments());
    say("{\"error\": {\"class\": \"GenericError\", \"desc\": \"Failed to get lock\"}, \"id\": 2}");

    assertThatThrownBy(() -> QmpMonitor.within(answer, PATIENCE, "cont"))
        .isInstanceOf(QmpException.class)
        .hasMessage("Failed to get lock");
  }

  @Test
  void anExpectedEventIsFoundAmongOthers() throws IOException {
    QmpMonitor qmp = greeted();
    CompletableFuture<QmpEvent> done =
        qmp.next(event -> event.says("MIGRATION", "status", "completed"));
    say("{\"event\": \"MIGRATION\", \"data\": {\"status\": \"active\"}}");
    say("{\"event\": \"MIGRATION\", \"data\": {\"status\": \"completed\"}}");

    assertThat(done.join().name()).isEqualTo("MIGRATION");
  }

  @Test
  void whenQemuEndsEverythingThatIsOpenFails() throws IOException {
    QmpMonitor qmp = greeted();
    CompletableFuture<JsonNode> answer = qmp.send("stop", QmpMonitor.arguments());
    CompletableFuture<QmpEvent> event = qmp.next(_ -> true);

    qemu.close();
    qmp.ended().join();

    assertThat(answer).isCompletedExceptionally();
    assertThat(event).isCompletedExceptionally();
    assertThatThrownBy(() -> qmp.execute("cont", PATIENCE)).isInstanceOf(QmpException.class);
  }

  @Test
  void whatIsNotAnsweredInTimeFails() throws IOException {
    QmpMonitor qmp = greeted();

    assertThatThrownBy(() -> qmp.execute("hang", Duration.ofMillis(1)))
        .isInstanceOf(QmpException.class)
        .hasMessageContaining("hang");
  }
}
