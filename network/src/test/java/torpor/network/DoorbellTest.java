package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.engine.network.Activity;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Talk;

/// Instances that stand by, and who comes meanwhile.
class DoorbellTest {
  private static final int HTTP = 80;
  private static final int CALLERS = 50;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private Lab lab;

  @BeforeAll
  static void check() {
    Lab.skipUnlessPossible();
  }

  @BeforeEach
  void open() {
    lab = Lab.open();
  }

  @AfterEach
  void close() throws Exception {
    callers.shutdownNow();
    lab.close();
  }

  @Test
  void fiftyWhoComeAtOnceToASleeperAreAllServed() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.everywhere(port, HTTP));
    Guest guest = lab.start(plan);
    CountDownLatch rung = new CountDownLatch(1);
    AtomicInteger rings = new AtomicInteger();
    CompletableFuture<NetworkPlace> awake = new CompletableFuture<>();
    lab.whenRung(instance -> {
      assertThat(instance).isEqualTo(plan.instance());
      rings.incrementAndGet();
      rung.countDown();
      return awake;
    });
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      sleep(plan, guest);
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        String words = "caller " + i + " " + "x".repeat(100_000);
        answers.add(callers.submit(() -> Talk.ask("127.0.0.1", port, words)));
      }
      assertThat(rung.await(30, TimeUnit.SECONDS)).isTrue();
      NetworkPlace place = lab.attach(plan);
      guest.plugIn(place);
      awake.complete(place);

      for (Future<String> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isNotEmpty();
      }
      Lab.get(lab.networks().release(plan));
      assertThat(Talk.ask(lab.outside().space(), lab.outside().here(), port))
          .isEqualTo(lab.outside().there());
    }
    assertThat(rings.get()).isBetween(1, CALLERS);
  }

  private void sleep(NetworkPlan plan, Guest guest) throws Exception {
    assertThat(Lab.get(lab.networks().hold(plan)).isIdle()).isTrue();
    guest.pullOut();
    Lab.get(lab.networks().detach(plan.instance(), plan.slot()));
  }

  @Test
  void noRequestIsLostWhileAnInstanceFallsAsleepAndWakesAgainAndAgain() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    Machine machine = new Machine(plan, guest);
    lab.whenRung(instance -> machine.wake());
    int sleeps = 0;
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      for (int round = 0; round < 20; round++) {
        Future<Boolean> falling = callers.submit(machine::trySleep);
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < round % 5; i++) {
          String words = "request " + round + "." + i;
          answers.add(callers.submit(() -> Talk.ask("127.0.0.1", port, words)));
        }
        for (Future<String> answer : answers) {
          assertThat(answer.get(60, TimeUnit.SECONDS)).isNotEmpty();
        }
        sleeps += falling.get(60, TimeUnit.SECONDS) ? 1 : 0;
      }
    }
    assertThat(sleeps).isPositive();
  }

  /// The engine's part, as the port asks for it: one thing at a time.
  private final class Machine {
    private final NetworkPlan plan;
    private final Guest guest;
    private final ExecutorService mailbox = Executors.newSingleThreadExecutor();
    private boolean asleep;

    Machine(NetworkPlan plan, Guest guest) {
      this.plan = plan;
      this.guest = guest;
      lab.closing(mailbox::shutdownNow);
    }

    boolean trySleep() throws Exception {
      return mailbox.submit(this::fallAsleep).get(60, TimeUnit.SECONDS);
    }

    private boolean fallAsleep() throws Exception {
      if (asleep) {
        return false;
      }
      Activity before = Lab.get(lab.networks().hold(plan));
      if (!before.isIdle()) {
        Lab.get(lab.networks().release(plan));
        return false;
      }
      guest.pullOut();
      Lab.get(lab.networks().detach(plan.instance(), plan.slot()));
      asleep = true;
      return true;
    }

    CompletionStage<NetworkPlace> wake() {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              NetworkPlace place = lab.attach(plan);
              if (asleep) {
                guest.plugIn(place);
                asleep = false;
              }
              Lab.get(lab.networks().release(plan));
              return place;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          },
          mailbox);
    }
  }

  @Test
  void whoIsBeingServedKeepsItAwake() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      assertThat(activity()).isEqualTo(Activity.NONE);
      try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(open.getInputStream().read()).isPositive();
        assertThat(activity().open()).isEqualTo(1);
        assertThat(Lab.get(lab.networks().hold(plan)).open()).isEqualTo(1);
        Lab.get(lab.networks().release(plan));
        open.getOutputStream().write("over\n".getBytes(StandardCharsets.UTF_8));
        open.shutdownOutput();
        open.getInputStream().readAllBytes();
      }
      assertThat(Talk.ask("127.0.0.1", port)).isNotEmpty();
      assertThat(Talk.ask(lab.networks().outside(plan.slot()), HTTP)).isNotEmpty();
      assertThat(activity().isIdle()).isTrue();
      assertThat(activity().quiet()).isPresent();
    }
  }

  private Activity activity() throws Exception {
    return Lab.get(lab.networks().activity()).getOrDefault(new AddressSlot(1), Activity.NONE);
  }

  @Test
  void whoComesToOneThatWillNotWakeIsTurnedAway() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    sleep(plan, guest);

    assertThatThrownBy(() -> Talk.ask("127.0.0.1", port)).isInstanceOf(IOException.class);
  }

  @Test
  void aSilencedDoorFreesThePort() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    CountDownLatch rung = new CountDownLatch(1);
    lab.whenRung(instance -> {
      rung.countDown();
      return new CompletableFuture<>();
    });
    Guest guest = lab.start(plan);
    sleep(plan, guest);
    Future<String> waiting = callers.submit(() -> Talk.ask("127.0.0.1", port));
    assertThat(rung.await(30, TimeUnit.SECONDS)).isTrue();

    Lab.get(lab.networks().silence(plan.instance(), plan.slot()));

    assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
    try (ServerSocketChannel mine = Talk.listen("127.0.0.1", port)) {
      assertThat(mine.isOpen()).isTrue();
    }
  }

  @Test
  void aSleeperIsHeldAgainAfterTheDaemonsDeath() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    Machine machine = new Machine(plan, guest);
    lab.whenRung(instance -> machine.wake());
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      assertThat(machine.trySleep()).isTrue();
      lab.restartDaemon();
      Lab.get(lab.networks().hold(plan));
      assertThat(Talk.ask("127.0.0.1", port)).isNotEmpty();
    }
  }
}
