package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Talk;

/// Which instances reach each other.
class NeighboursTest {
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
  void nobodyReachesAnotherInstanceButInTheSameNetwork() throws Exception {
    Guest asking = lab.start(Lab.in("blue", Lab.plan(1)));
    Guest asked = lab.start(Lab.in("blue", Lab.plan(2)));
    Guest alone = lab.start(Lab.plan(3));
    Guest elsewhere = lab.start(Lab.in("green", Lab.plan(4)));
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      assertThat(Talk.ask(asking.inside(), address(2), HTTP)).isEqualTo(address(1));
      Talk.refuses(alone.inside(), address(2), HTTP);
      Talk.refuses(elsewhere.inside(), address(2), HTTP);
    }
    try (ServerSocketChannel _ = Talk.serve(alone.inside(), HTTP)) {
      Talk.refuses(asking.inside(), address(3), HTTP);
    }
  }

  private String address(int slot) {
    return lab.networks().outside(new AddressSlot(slot));
  }

  @Test
  void aNetworkIsJoinedAndLeftWhileItsMachinesRun() throws Exception {
    Guest asking = lab.start(Lab.plan(1));
    Guest asked = lab.start(Lab.in("blue", Lab.plan(2)));
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      Talk.refuses(asking.inside(), address(2), HTTP);

      lab.attach(Lab.in("blue", Lab.plan(1)));
      assertThat(Talk.ask(asking.inside(), address(2), HTTP)).isEqualTo(address(1));

      lab.attach(Lab.in("green", Lab.plan(2)));
      Talk.refuses(asking.inside(), address(2), HTTP);
    }
  }

  @Test
  void whoMayNotGoOutStillReachesItsNetwork() throws Exception {
    Guest asking = lab.start(Lab.in("blue", Lab.outbound(Lab.plan(1), false)));
    Guest asked = lab.start(Lab.in("blue", Lab.plan(2)));
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      assertThat(Talk.ask(asking.inside(), address(2), HTTP)).isEqualTo(address(1));
    }
  }

  @Test
  void aNetworkOutlivesTheDaemonAndTheStandbyOfItsMembers() throws Exception {
    NetworkPlan sleeper = Lab.in("blue", Lab.plan(2));
    Guest asking = lab.start(Lab.in("blue", Lab.plan(1)));
    Guest asked = lab.start(sleeper);
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      lab.restartDaemon();
      assertThat(Talk.ask(asking.inside(), address(2), HTTP)).isEqualTo(address(1));

      asked.pullOut();
      Lab.get(lab.networks().detach(sleeper.instance(), sleeper.slot()));
      Talk.refuses(asking.inside(), address(2), HTTP);

      asked.plugIn(lab.attach(sleeper));
      assertThat(Talk.ask(asking.inside(), address(2), HTTP)).isEqualTo(address(1));
    }
  }

  @Test
  void whoeverTakesAnAddressNextIsNotInTheNetworkOfTheOneBefore() throws Exception {
    Guest asking = lab.start(Lab.in("blue", Lab.plan(1)));
    lab.attach(Lab.in("blue", Lab.plan(2)));
    Lab.get(lab.networks().detach(Lab.instance(2), new AddressSlot(2)));

    Guest next = lab.start(Lab.plan(2));

    try (ServerSocketChannel _ = Talk.serve(next.inside(), HTTP)) {
      Talk.refuses(asking.inside(), address(2), HTTP);
    }
  }

  @Test
  void aPublishedPortIsNoWayAround() throws Exception {
    int port = Lab.freePort();
    Guest stranger = lab.start(Lab.plan(1));
    Guest neighbour = lab.start(Lab.in("blue", Lab.plan(2)));
    Guest asked = lab.start(Lab.in("blue", Lab.plan(3, Lab.everywhere(port, HTTP))));
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      Talk.refuses(stranger.inside(), lab.outside().here(), port);
      assertThat(Talk.ask(neighbour.inside(), lab.outside().here(), port)).isEqualTo(address(2));
    }
  }
}
