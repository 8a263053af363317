package torpor.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.cli.CommandFailure;
import torpor.cli.Invocation;

class EndpointTest {
  @TempDir private Path home;

  private Invocation invocation(Map<String, String> environment) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new Invocation(
        environment, home, home, "user", InputStream.nullInputStream(), nowhere, nowhere, false);
  }

  private Path socketIn(Path directory) throws IOException {
    Files.createDirectories(directory);
    return Files.createFile(directory.resolve("torpor.sock"));
  }

  @Test
  void theFlagWinsOverTheEnvironment() {
    Endpoint found =
        Endpoint.find(Optional.of("http://a:1/"), invocation(Map.of("TORPOR_HOST", "http://b:2")));

    assertThat(found).hasToString("http://a:1");
  }

  @Test
  void withoutASocketItIsTheLoopbackAddress() {
    assertThat(Endpoint.find(Optional.empty(), invocation(Map.of()))).isEqualTo(Endpoint.LOCAL_TCP);
  }

  @Test
  void theSocketOfTheStandardDataDirectoryIsTakenWhereItExists() throws IOException {
    Path socket = socketIn(home.resolve(".local/share/torpor"));

    assertThat(Endpoint.find(Optional.empty(), invocation(Map.of())))
        .isEqualTo(new Endpoint.UnixSocket(socket));
  }

  @Test
  void theSocketOfAConfiguredDataDirectoryIsTakenWhereItExists() throws IOException {
    Path socket = socketIn(home.resolve("elsewhere"));

    assertThat(Endpoint.find(Optional.empty(), invocation(Map.of("TORPOR_DATA", "elsewhere"))))
        .isEqualTo(new Endpoint.UnixSocket(socket));
  }

  @Test
  void addressesAreReadInEveryForm() {
    assertThat(Endpoint.parse("127.0.0.1:7070")).hasToString("http://127.0.0.1:7070");
    assertThat(Endpoint.parse("localhost")).hasToString("http://localhost:7070");
    assertThat(Endpoint.parse("[::1]")).hasToString("http://[::1]:7070");
    assertThat(Endpoint.parse("http://localhost")).hasToString("http://localhost");
    assertThat(Endpoint.parse("https://example.org/t/")).hasToString("https://example.org/t");
    assertThat(Endpoint.parse("unix:///run/t.sock"))
        .isEqualTo(new Endpoint.UnixSocket(Path.of("/run/t.sock")));
  }

  @Test
  void whatIsNoAddressIsAUsageError() {
    for (String wrong : new String[] {"ftp://x", "http://", "unix://relative/x", "a b"}) {
      assertThatThrownBy(() -> Endpoint.parse(wrong))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("is no address");
    }
  }

  @Test
  void aRequestGoesThroughAUnixSocket() throws Exception {
    Path path = home.resolve("s.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread answering = Thread.ofVirtual().start(() -> answerOnce(server));
      try (Connection connection = Connection.to(new Endpoint.UnixSocket(path), Optional.empty())) {
        assertThat(connection.get("/v1/x").body()).isEqualTo("hi");
      }
      answering.join();
    }
  }

  @Test
  void aConnectionKeptFromADaemonThatIsGoneDoesNotFailTheNextStream() throws Exception {
    Path path = home.resolve("s.sock");
    try (Connection connection = Connection.to(new Endpoint.UnixSocket(path), Optional.empty())) {
      for (int life = 1; life <= 2; life++) {
        Files.deleteIfExists(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          server.bind(UnixDomainSocketAddress.of(path));
          Thread answering = Thread.ofVirtual().start(() -> answerOnce(server));
          if (life == 1) {
            connection.get("/v1/x");
          } else {
            try (EventStream stream =
                connection.events("/v1/x", Optional.empty(), Duration.ofSeconds(10))) {
              assertThat(stream.next()).isEmpty();
            }
          }
          answering.join();
        }
      }
    }
  }

  private static void answerOnce(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      client.read(ByteBuffer.allocate(65_536));
      String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
