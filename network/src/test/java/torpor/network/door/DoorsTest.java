package torpor.network.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.network.NetworkPlace;
import torpor.network.lab.Talk;

/// Doors on loopback; this host's own server stands for the instance.
class DoorsTest {
  private static final int LONG = 1_000_000;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void whatIsSaidBeforeItWakesIsHeardAndAnsweredWhole() throws Exception {
    CompletableFuture<NetworkPlace> awake = new CompletableFuture<>();
    CountDownLatch rung = new CountDownLatch(1);
    try (ServerSocketChannel server = Talk.serve(Talk.listen("127.0.0.1", 0));
        Doors doors = doors(() -> ringing(rung, awake), 10)) {
      PublishedPort port = published(port(server));
      assertThat(doors.open(List.of(port))).isEmpty();
      Future<String> answer =
          threads.submit(() -> Talk.ask("127.0.0.1", port.hostPort(), "x".repeat(LONG)));
      assertThat(rung.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(doors.busy()).isEqualTo(1);
      assertThat(answer.isDone()).isFalse();

      awake.complete(place());

      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("127.0.0.1");
    }
  }

  private static CompletableFuture<NetworkPlace> ringing(
      CountDownLatch rung, CompletableFuture<NetworkPlace> awake) {
    rung.countDown();
    return awake;
  }

  @Test
  void aPortThatIsTakenIsNamedAndTheOthersStay() throws Exception {
    try (ServerSocketChannel server = Talk.serve(Talk.listen("127.0.0.1", 0));
        Doors doors = doors(() -> CompletableFuture.completedFuture(place()), 10)) {
      PublishedPort good = published(port(server));
      assertThat(doors.open(List.of(good))).isEmpty();
      PublishedPort taken = new PublishedPort(Optional.empty(), port(server), 1, Protocol.TCP);

      Optional<Refusal> refusal = doors.open(List.of(published(1), taken));

      assertThat(refusal.map(Refusal::code)).contains(RefusalCode.PORT_TAKEN);
      assertThat(refusal.orElseThrow().detail()).contains(port(server) + "/tcp of 127.0.0.1");
      assertThat(Talk.ask("127.0.0.1", good.hostPort())).isNotEmpty();
    }
  }

  @Test
  void whoIsTooMuchOrCannotBeServedSeesAnError() throws Exception {
    CountDownLatch rung = new CountDownLatch(1);
    Doors narrow = doors(() -> ringing(rung, new CompletableFuture<>()), 1);
    PublishedPort crowded = published(1);
    assertThat(narrow.open(List.of(crowded))).isEmpty();
    try (Socket first = new Socket(InetAddress.getLoopbackAddress(), crowded.hostPort())) {
      assertThat(rung.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> Talk.ask("127.0.0.1", crowded.hostPort()))
          .isInstanceOf(IOException.class);
      narrow.close();
      assertThatThrownBy(() -> first.getInputStream().read()).isInstanceOf(IOException.class);
    }
    try (Doors doors =
        doors(
            () -> {
              throw new IllegalStateException("a fault");
            },
            10)) {
      PublishedPort port = published(1);
      assertThat(doors.open(List.of(port))).isEmpty();
      assertThatThrownBy(() -> Talk.ask("127.0.0.1", port.hostPort()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aMachineThatBreaksOffBreaksOffTheCaller() throws Exception {
    try (ServerSocket machine = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        Doors doors = doors(() -> CompletableFuture.completedFuture(place()), 10)) {
      PublishedPort port = published(machine.getLocalPort());
      assertThat(doors.open(List.of(port))).isEmpty();
      try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), port.hostPort())) {
        try (Socket accepted = machine.accept()) {
          accepted.setSoLinger(true, 0);
        }
        assertThatThrownBy(() -> caller.getInputStream().read()).isInstanceOf(IOException.class);
      }
    }
  }

  private Doors doors(Supplier<CompletableFuture<NetworkPlace>> ring, int most) {
    return new Doors(
        new Reception(
            ring,
            new Reception.Patience(Duration.ofSeconds(30), Duration.ofSeconds(5), most),
            threads));
  }

  private static NetworkPlace place() {
    return new NetworkPlace("", "", "", "", "", List.of(), "127.0.0.1", 1500);
  }

  private static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private static PublishedPort published(int guestPort) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return new PublishedPort(Optional.empty(), free.getLocalPort(), guestPort, Protocol.TCP);
    }
  }
}
