package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Shell;
import torpor.network.lab.Talk;
import torpor.network.rules.Wiring;
import torpor.network.script.NetworkScripts;

/// What a daemon finds that died, and what it leaves alone.
class HalvesTest {
  private static final int HTTP = 80;
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
    lab.close();
  }

  @Test
  void aNetworkIsMadeOverAnyHalfOfIt() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 8; round++) {
      buildAndKill(1, random);
      Guest guest = Guest.start(lab.attach(Lab.plan(1)));
      try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
        assertThat(Talk.ask(lab.networks().outside(new AddressSlot(1)), HTTP)).isNotEmpty();
      }
      guest.close();
      Lab.get(lab.networks().detach(Lab.instance(1), new AddressSlot(1)));
      assertThat(lab.traces()).isEqualTo("[]");
    }
  }

  @Test
  void anyHalfIsSweptAndAnyHalfIsDetached() throws Exception {
    Random random = new Random(8);
    for (int round = 0; round < 6; round++) {
      buildAndKill(1, random);
      if (round % 2 == 0) {
        Lab.get(lab.networks().sweep(Set.of()));
      } else {
        Lab.get(lab.networks().detach(Lab.instance(1), new AddressSlot(1)));
      }
      assertThat(lab.traces()).isEqualTo("[]");
    }
  }

  /// A half has no label, so nobody is said to have it.
  @Test
  void aNewDaemonIsToldWhoseCompleteNetworksItFinds() throws Exception {
    lab.attach(Lab.plan(1));
    lab.attach(Lab.plan(2));
    Shell.run(build(3).lines().limit(3).reduce("", (a, b) -> a + b + "\n") + "BATCH\n");
    assertThat(lab.networks().left()).isEmpty();

    assertThat(lab.restartDaemon().left())
        .isEqualTo(
            Map.of(Lab.instance(1), new AddressSlot(1), Lab.instance(2), new AddressSlot(2)));

    Lab.get(lab.networks().sweep(Set.of()));
    assertThat(lab.traces()).isEqualTo("[]");
  }

  @Test
  void whatStandsBeyondASmallerPoolGoesLikeAllElse() throws Exception {
    lab.attach(Lab.plan(1));
    lab.attach(Lab.plan(9));
    lab.attach(Lab.plan(10));

    LinuxNetworks smaller = lab.restartDaemonWithFourSlots();

    assertThat(smaller.slots()).isEqualTo(4);
    assertThat(smaller.attach(Lab.plan(9)))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withMessageContaining("beyond the 4 of the pool");
    Lab.get(smaller.detach(Lab.instance(9), new AddressSlot(9)));
    assertThat(Lab.get(smaller.sweep(Set.of(Lab.instance(1))))).isEqualTo(1);
    Lab.get(smaller.detach(Lab.instance(1), new AddressSlot(1)));
    assertThat(lab.traces()).isEqualTo("[]");
  }

  /// The script of an attachment, killed with all it started at some moment.
  private void buildAndKill(int number, Random random) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-eu", "-c", build(number)).start();
    if (!process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS)) {
      process.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private String build(int number) {
    AddressSlot slot = new AddressSlot(number);
    return NetworkScripts.build(
        new Wiring(
            lab.names(),
            Lab.instance(number),
            slot,
            lab.settings().pool().addresses(slot),
            lab.settings().pool().range(),
            1400,
            List.of(),
            true,
            List.of(),
            OptionalInt.empty(),
            OptionalLong.of(1_000_000),
            OptionalLong.of(1_000_000)));
  }

  @Test
  void aSweepTakesWhatIsOursAndUnknownAndNothingElse() throws Exception {
    int port = Lab.freePort();
    int orphaned = Lab.freePort();
    Guest kept = lab.start(Lab.plan(1, Lab.loopback(port, HTTP)));
    lab.attach(Lab.plan(2, Lab.loopback(orphaned, HTTP)));
    Shell.run(build(3).lines().limit(3).reduce("", (a, b) -> a + b + "\n") + "BATCH\n");
    try (Lab neighbour = Lab.open();
        ServerSocketChannel _ = Talk.serve(kept.inside(), HTTP)) {
      neighbour.attach(Lab.plan(2, Lab.loopback(Lab.freePort(), HTTP)));
      String theirs = neighbour.traces();
      Shell.run("nft add table ip notours; ip netns add notours");

      lab.restartDaemon();
      assertThat(Lab.get(lab.networks().sweep(Set.of(Lab.instance(1))))).isEqualTo(2);

      assertThat(lab.traces()).startsWith("[1]").doesNotContain(String.valueOf(orphaned));
      assertThat(Talk.ask("127.0.0.1", port)).isNotEmpty();
      assertThat(neighbour.traces()).isEqualTo(theirs);
      assertThat(Shell.run("nft list tables; ip netns list"))
          .contains("table ip notours", "notours");
      assertThat(Lab.get(lab.networks().sweep(Set.of(Lab.instance(1))))).isZero();
    } finally {
      Shell.run("nft delete table ip notours; ip netns del notours");
    }
  }

  @Test
  void aLateDetachOfAFormerTenantTouchesNothing() throws Exception {
    lab.attach(Lab.plan(1));
    Lab.get(lab.networks().detach(Lab.instance(1), new AddressSlot(1)));
    NetworkPlan next = onSlot(Lab.plan(2), 1);
    lab.attach(next);

    Lab.get(lab.networks().detach(Lab.instance(1), new AddressSlot(1)));
    assertThat(lab.traces()).isEqualTo("[1]");
    lab.restartDaemon();
    Lab.get(lab.networks().detach(Lab.instance(1), new AddressSlot(1)));
    assertThat(lab.traces()).isEqualTo("[1]");
    Lab.get(lab.networks().detach(next.instance(), new AddressSlot(1)));
    assertThat(lab.traces()).isEqualTo("[]");
  }

  private static NetworkPlan onSlot(NetworkPlan plan, int slot) {
    return new NetworkPlan(
        plan.instance(),
        new AddressSlot(slot),
        plan.outbound(),
        plan.destinations(),
        plan.network(),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  @Test
  void manyAtOnceDoNotGetInEachOthersWay() throws Exception {
    int many = 24;
    List<CompletableFuture<String>> places =
        IntStream.range(0, many)
            .mapToObj(i ->
                lab.networks()
                    .attach(Lab.plan(i))
                    .thenApply(place -> place.outside() + " " + place.namespace())
                    .toCompletableFuture())
            .toList();
    Set<String> seen = new HashSet<>();
    for (CompletableFuture<String> place : places) {
      assertThat(seen.add(Lab.get(place))).isTrue();
    }
    assertThat(Lab.get(lab.networks().sweep(Set.of()))).isEqualTo(many);
    assertThat(lab.traces()).isEqualTo("[]");
  }

  @Test
  void nothingStaysOfADaemonThatHadNothing() throws IOException {
    String table = lab.names().table();
    assertThat(Shell.run("nft list tables")).contains(table);
    lab.networks().close();
    assertThat(Shell.run("nft list tables")).doesNotContain(table);
    lab.restartDaemon();
  }
}
