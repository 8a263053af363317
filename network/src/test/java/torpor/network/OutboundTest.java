package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.NoRouteToHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.network.lab.Datagrams;
import torpor.network.lab.Guest;
import torpor.network.lab.Shell;
import torpor.network.lab.Talk;
import torpor.network.rules.GuestWire;

/// Where a guest may go.
class OutboundTest {
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
  void aGuestReachesTheWorldAsThisHost() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    try (ServerSocketChannel _ = Talk.serve(lab.outside().space(), HTTP)) {
      assertThat(Talk.ask(guest.inside(), lab.outside().there(), HTTP))
          .isEqualTo(lab.outside().here());

      lab.attach(Lab.outbound(Lab.plan(1), false));
      Talk.refuses(guest.inside(), lab.outside().there(), HTTP);

      lab.attach(Lab.plan(1));
      assertThat(Talk.ask(guest.inside(), lab.outside().there(), HTTP))
          .isEqualTo(lab.outside().here());
    }
  }

  @Test
  void whatTheGuestAsksItsNameserverIsAskedTheHosts() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    for (String nameserver : GuestWire.NAMESERVERS) {
      assertThat(Datagrams.echo(lab.outside().space(), 53, guest.inside(), nameserver, 53))
          .isEqualTo("pong for ping");
    }
  }

  @Test
  void whoMayGoToSomePlacesGoesToNoOther() throws Exception {
    String there = lab.outside().there();
    Guest guest = lab.start(Lab.onlyTo("192.0.2.0/24", Lab.plan(1)));
    try (ServerSocketChannel _ = Talk.serve(lab.outside().space(), HTTP)) {
      Talk.refuses(guest.inside(), there, HTTP);
      for (String nameserver : GuestWire.NAMESERVERS) {
        assertThat(Datagrams.echo(lab.outside().space(), 53, guest.inside(), nameserver, 53))
            .isEqualTo("pong for ping");
      }

      lab.attach(Lab.onlyTo(there + "/32", Lab.plan(1)));
      assertThat(Talk.ask(guest.inside(), there, HTTP)).isEqualTo(lab.outside().here());
    }
  }

  @Test
  void addressesOfThePoolAreNotLookedForBeyondThisHost() throws Exception {
    Guest guest = lab.start(Lab.outbound(Lab.plan(1), false));
    String nobody = lab.networks().outside(new AddressSlot(9));

    assertThatThrownBy(() -> Talk.ask(guest.inside(), nobody, HTTP))
        .hasCauseInstanceOf(NoRouteToHostException.class);
  }

  @Test
  void theHostsOwnServicesAreOutOfReach() throws Exception {
    int port = Lab.freePort();
    int published = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.everywhere(published, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(Talk.listen("0.0.0.0", port))) {
      assertThat(Talk.ask(lab.outside().here(), port)).isNotEmpty();
      for (String address :
          List.of(lab.hostEnd(1), lab.hostEnd(2), lab.outside().here(), GuestWire.GATEWAY)) {
        Talk.refuses(guest.inside(), address, port);
      }
      Talk.refuses(guest.inside(), lab.outside().here(), published);
      Talk.refuses(guest.inside(), "169.254.169.254", HTTP);
    }
  }

  @Test
  void aForgedSenderGetsNowhere() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    Shell.run("ip -n " + guest.inside().name() + " addr add 10.0.0.77/32 dev eth0");
    try (DatagramSocket world = lab.outside().space().in(() -> new DatagramSocket(7777))) {
      guest
          .inside()
          .in(() -> {
            Datagrams.send("10.0.0.77", lab.outside().there(), 7777, "forged");
            Datagrams.send("10.0.0.2", lab.outside().there(), 7777, "honest");
            return true;
          });
      world.setSoTimeout(10_000);
      DatagramPacket first = new DatagramPacket(new byte[100], 100);
      world.receive(first);
      assertThat(Datagrams.text(first)).isEqualTo("honest");
      assertThat(first.getAddress().getHostAddress()).isEqualTo(lab.outside().here());
    }
  }
}
