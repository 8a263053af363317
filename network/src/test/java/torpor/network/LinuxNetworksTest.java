package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Shell;
import torpor.network.lab.Talk;

/// What every instance's network has.
class LinuxNetworksTest {
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
  void everyGuestHasTheSameAddressInsideAndItsOwnOutside() throws Exception {
    Guest first = lab.start(Lab.plan(1));
    Guest second = lab.start(Lab.plan(2));
    try (ServerSocketChannel _ = Talk.serve(first.inside(), HTTP);
        ServerSocketChannel _ = Talk.serve(second.inside(), HTTP)) {
      for (int slot = 1; slot <= 2; slot++) {
        String outside = lab.networks().outside(new AddressSlot(slot));
        assertThat(Talk.ask(outside, HTTP)).isEqualTo(lab.hostEnd(slot));
      }
    }
  }

  @Test
  void aPoolThatIsInUseIsRefusedByName() {
    String taken = lab.outside().here().replaceFirst("[.][0-9]+$", ".0/24");
    try (LinuxNetworks other =
        LinuxNetworks.open(
            "another", Lab.settings(taken, List.of()), instance -> new CompletableFuture<>())) {
      assertThat(other.unavailable().flatMap(Refusal::field)).contains("network.pool");
      assertThatThrownBy(() -> Lab.get(other.attach(Lab.plan(1))))
          .hasCauseInstanceOf(NetworkFailure.class);
    }
  }

  @Test
  void bandwidthIsLimitedBothWaysAndCanBeGivenBack() throws Exception {
    NetworkPlan plan = Lab.plan(1);
    NetworkPlan limited =
        new NetworkPlan(
            plan.instance(),
            plan.slot(),
            true,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalLong.of(1_000_000),
            OptionalLong.of(2_000_000));
    Guest guest = lab.start(limited);
    String namespace = lab.names().namespace(plan.slot());
    assertThat(Shell.run("tc -n " + namespace + " qdisc show"))
        .contains("qdisc tbf", "rate 8Mbit", "rate 16Mbit");

    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      long began = System.nanoTime();
      Talk.ask(lab.networks().outside(plan.slot()), HTTP, "x".repeat(1_500_000));
      // Only the lower bound: how much longer it takes is the host's affair.
      assertThat(System.nanoTime() - began).isGreaterThan(1_000_000_000L);
    }
    lab.attach(plan);
    assertThat(Shell.run("tc -n " + namespace + " qdisc show")).doesNotContain("tbf");
  }
}
