package torpor.daemon.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.testkit.instance.FakeSessions;
import torpor.testkit.store.InstanceSamples;

/// Real servers on loopback, and programs that a fake runs.
class HostProbesTest {
  private static final String HERE = InetAddress.getLoopbackAddress().getHostAddress();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HostProbes probes = new HostProbes(threads, new FakeSessions());

  @AfterEach
  void close() {
    threads.close();
  }

  private Optional<String> probe(Optional<String> outside, Probe probe) throws Exception {
    return probes
        .probe(
            InstanceSamples.created(1, InstanceSamples.spec("web"), 3).next(),
            outside,
            probe,
            Duration.ofSeconds(20))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private Optional<String> run(String... command) throws Exception {
    return probe(Optional.empty(), new Probe.Exec(List.of(command), Optional.empty()));
  }

  @Test
  void aCommandInsideMustEndWithZeroInTime() throws Exception {
    assertThat(run("echo", "well")).isEmpty();
    assertThat(run("fail")).hasValueSatisfying(why -> assertThat(why).contains("3", "no"));
    assertThat(run("sleep", "1000")).hasValueSatisfying(why -> assertThat(why).contains("timeout"));
    assertThat(run("missing")).hasValueSatisfying(why -> assertThat(why).contains("missing"));
  }

  @Test
  void anAnswerMustHaveTheStatusThatIsWanted() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        call -> {
          call.sendResponseHeaders(call.getRequestURI().getPath().equals("/bad") ? 500 : 204, -1);
          call.close();
        });
    server.start();
    int port = server.getAddress().getPort();
    try {
      assertThat(get(port, "/good", OptionalInt.empty())).isEmpty();
      assertThat(get(port, "/good", OptionalInt.of(204))).isEmpty();
      assertThat(get(port, "/good", OptionalInt.of(200))).contains("/good answered 204");
      assertThat(get(port, "/bad", OptionalInt.empty())).contains("/bad answered 500");
      assertThat(get(port, "/bad", OptionalInt.of(500))).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  private Optional<String> get(int port, String path, OptionalInt status) throws Exception {
    return probe(Optional.of(HERE), new Probe.Http(port, path, status));
  }

  @Test
  void aConnectionMustBeAccepted() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      assertThat(probe(Optional.of(HERE), new Probe.Tcp(port))).isEmpty();
    }
    assertThat(probe(Optional.of(HERE), new Probe.Tcp(port))).isPresent();
    assertThat(probe(Optional.empty(), new Probe.Tcp(port))).contains("it has no network");
  }
}
