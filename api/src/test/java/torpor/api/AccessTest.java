package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static torpor.api.TestServer.problem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.api.fake.SampleJobs;
import torpor.core.job.JobId;
import torpor.wire.KeyCreated;
import torpor.wire.KeyPage;
import torpor.wire.WireJson;

@Timeout(20)
class AccessTest {
  @TempDir Path directory;

  private static ApiSettings settings(String address, Optional<Path> unix, boolean keys) {
    return new ApiSettings(
        new InetSocketAddress(InetAddress.ofLiteral(address), 0), unix, keys, TestServer.LIMITS);
  }

  @Test
  void anAddressThatIsNotLoopbackAsksForAKey() throws Exception {
    Path socket = directory.resolve("torpor.sock");
    try (TestServer server =
        new TestServer(directory, settings("0.0.0.0", Optional.of(socket), false))) {
      HttpResponse<String> refused = server.get("/v1/jobs");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(problem(refused).code()).isEqualTo("request.unauthenticated");
      assertThat(server.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(server.get("/healthz").statusCode()).isEqualTo(200);

      String made = overUnix(socket, "POST", "/v1/keys", "{\"name\":\"ci\"}");
      KeyCreated key = WireJson.read(made.substring(made.indexOf('{')), KeyCreated.class);
      assertThat(withKey(server, key.key()).statusCode()).isEqualTo(200);
      assertThat(withKey(server, key.key() + "x").statusCode()).isEqualTo(401);
      assertThat(server.keys.keys)
          .singleElement()
          .satisfies(stored -> assertThat(stored.hash()).doesNotContain(key.key()));

      overUnix(socket, "DELETE", "/v1/keys/" + key.id(), "");
      assertThat(withKey(server, key.key()).statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<String> withKey(TestServer server, String key)
      throws IOException, InterruptedException {
    return server.send(server.request("/v1/jobs").header("Authorization", "Bearer " + key));
  }

  @Test
  void aLoopbackAddressMayAskForAKeyToo() throws Exception {
    try (TestServer server = new TestServer(directory, settings("127.0.0.1", noSocket(), true))) {
      assertThat(server.get("/v1/jobs").statusCode()).isEqualTo(401);
    }
  }

  private static Optional<Path> noSocket() {
    return Optional.empty();
  }

  @Test
  void aGuestsSecretOpensNoCallerRouteAndAKeyNoGuestRoute() throws Exception {
    try (TestServer server = new TestServer(directory)) {
      JobId id = server.spawn();
      assertThat(withKey(server, TestServer.secretOf(id)).statusCode()).isEqualTo(401);
      assertThat(server.get("/s/" + TestServer.secretOf(id) + "/v1/jobs").statusCode())
          .isEqualTo(404);
      String key =
          WireJson.read(server.post("/v1/keys", "{\"name\":\"k\"}").body(), KeyCreated.class).key();
      HttpResponse<String> guest =
          server.send(
              server
                  .request("/jobs/" + SampleJobs.id(0) + "/params")
                  .header("Authorization", "Bearer " + key));
      assertThat(guest.statusCode()).isEqualTo(401);
    }
  }

  @Test
  void keysAreListedWithoutTheirSecret() throws Exception {
    try (TestServer server = new TestServer(directory)) {
      for (String name : new String[] {"a", "b", "c"}) {
        assertThat(server.post("/v1/keys", "{\"name\":\"" + name + "\"}").statusCode())
            .isEqualTo(201);
      }
      HttpResponse<String> answer = server.get("/v1/keys?limit=2");
      assertThat(answer.body()).doesNotContain("torpor_").doesNotContain("hash");
      KeyPage page = WireJson.read(answer.body(), KeyPage.class);
      assertThat(page.keys()).hasSize(2);
      KeyPage rest =
          WireJson.read(
              server.get("/v1/keys?cursor=" + page.nextCursor().orElseThrow()).body(),
              KeyPage.class);
      assertThat(rest.keys()).hasSize(1);
      assertThat(problem(server.post("/v1/keys", "{\"name\":\" \"}")).field()).contains("name");
    }
  }

  @Test
  void webPagesOfOtherSitesAreKeptOut() throws Exception {
    try (TestServer server = new TestServer(directory)) {
      String own = "127.0.0.1:" + server.port;
      assertThat(raw(server.port, own, "")).startsWith("HTTP/1.1 200");
      assertThat(raw(server.port, "localhost", "")).startsWith("HTTP/1.1 200");
      assertThat(raw(server.port, own, "Origin: http://" + own + "\r\n"))
          .startsWith("HTTP/1.1 200");
      assertThat(raw(server.port, own, "Origin: https://evil.example\r\n"))
          .startsWith("HTTP/1.1 401");
      assertThat(raw(server.port, own, "Origin: null\r\n")).startsWith("HTTP/1.1 401");
      assertThat(raw(server.port, "evil.example:" + server.port, "")).startsWith("HTTP/1.1 401");
    }
  }

  private static String raw(int port, String host, String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      String request =
          "GET /v1/jobs HTTP/1.1\r\nHost: " + host + "\r\n" + header + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theUnixSocketIsForItsOwnerAndAsksForNothing() throws Exception {
    Path socket = directory.resolve("torpor.sock");
    try (TestServer server =
        new TestServer(directory, settings("127.0.0.1", Optional.of(socket), true))) {
      assertThat(server.port).isPositive();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThat(overUnix(socket, "GET", "/v1/runtimes", ""))
          .startsWith("HTTP/1.1 200")
          .contains("\"wasm\"");
    }
  }

  /// What runs in a machine is untrusted: by its door it reaches its own job's API and nothing
  /// else.
  @Test
  void theSocketOfGuestsLeadsToTheGuestApiOnly() throws Exception {
    Path socket = directory.resolve("guest.sock");
    ApiSettings settings =
        new ApiSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            Optional.of(socket),
            false,
            TestServer.LIMITS);
    try (TestServer server = new TestServer(directory, settings)) {
      JobId job = server.spawn();
      String own = "/s/" + TestServer.secretOf(job) + "/jobs/" + job;
      assertThat(overUnix(socket, "GET", own + "/params", "")).startsWith("HTTP/1.1 200");
      for (String path : List.of("/v1/jobs", "/v1/runtimes", "/healthz", "/metrics")) {
        assertThat(overUnix(socket, "GET", path, "")).as(path).startsWith("HTTP/1.1 401");
      }
      assertThat(overUnix(socket, "DELETE", "/v1/jobs/" + job, "")).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void aSocketLeftByAKilledDaemonIsReplacedButNoOtherFile() throws Exception {
    Path socket = directory.resolve("torpor.sock");
    try (var left = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(Files.exists(socket)).isTrue();
    new TestServer(directory, settings("127.0.0.1", Optional.of(socket), false)).close();

    Files.deleteIfExists(socket);
    Files.writeString(socket, "precious");
    assertThatThrownBy(
            () -> new TestServer(directory, settings("127.0.0.1", Optional.of(socket), false)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another file is there");
    assertThat(Files.readString(socket)).isEqualTo("precious");
  }

  @Test
  void anAddressInUseIsSaidSo() {
    try (TestServer server = new TestServer(directory)) {
      ApiSettings same =
          new ApiSettings(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port),
              Optional.empty(),
              false,
              TestServer.LIMITS);
      assertThatThrownBy(() -> new TestServer(directory, same))
          .hasMessageContaining(String.valueOf(server.port));
    }
  }

  private static String overUnix(Path socket, String method, String path, String body)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String request =
          "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(method, path, body.length(), body);
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
