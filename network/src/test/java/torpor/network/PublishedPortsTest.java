package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.RefusalCode;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Datagrams;
import torpor.network.lab.Guest;
import torpor.network.lab.Talk;

/// Ports of the host that lead to a guest.
class PublishedPortsTest {
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
  void aPublishedPortLeadsToTheGuestFromHereAndFromElsewhere() throws Exception {
    int mine = Lab.freePort();
    int everyones = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.loopback(mine, HTTP), Lab.everywhere(everyones, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      assertThat(Talk.ask("127.0.0.1", mine)).isEqualTo(lab.hostEnd(1));
      assertThat(Talk.ask("127.0.0.1", everyones)).isEqualTo(lab.hostEnd(1));
      assertThat(Talk.ask(lab.outside().here(), everyones)).isEqualTo(lab.outside().here());
      assertThat(Talk.ask(lab.outside().space(), lab.outside().here(), everyones))
          .isEqualTo(lab.outside().there());
      Talk.refuses(lab.outside().space(), lab.outside().here(), mine);
    }
  }

  @Test
  void anUdpPortIsPublishedToo() throws Exception {
    int port = Lab.freePort();
    PublishedPort published =
        new PublishedPort(Optional.of(lab.outside().here()), port, 5353, Protocol.UDP);
    Guest guest = lab.start(Lab.plan(1, published));

    assertThat(
            Datagrams.echo(guest.inside(), 5353, lab.outside().space(), lab.outside().here(), port))
        .isEqualTo("pong for ping");
  }

  @Test
  void aPortInUseIsRefusedBeforeAnythingIsTouched() throws Exception {
    int port = Lab.freePort();
    try (ServerSocketChannel _ = Talk.serve(Talk.listen("127.0.0.1", port))) {
      assertThat(refusal(Lab.plan(1, Lab.everywhere(port, HTTP))))
          .isEqualTo(RefusalCode.PORT_TAKEN);
      assertThat(Talk.ask("127.0.0.1", port)).isEqualTo("127.0.0.1");
    }
    assertThat(lab.traces()).isEqualTo("[]");

    lab.attach(Lab.plan(1, Lab.everywhere(port, HTTP)));
    assertThat(refusal(Lab.plan(2, Lab.loopback(port, HTTP)))).isEqualTo(RefusalCode.PORT_TAKEN);
  }

  private RefusalCode refusal(NetworkPlan plan) {
    try {
      lab.attach(plan);
      throw new AssertionError("was not refused");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NetworkFailure failure) {
        return failure.refusal().code();
      }
      throw new AssertionError(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void otherHostsDoNotReachAnOutsideAddressPastThePublishedPorts() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      String address = lab.networks().outside(new AddressSlot(1));
      assertThatThrownBy(() ->
              lab.outside()
                  .space()
                  .in(() -> {
                    try (Socket socket = new Socket()) {
                      socket.connect(
                          new InetSocketAddress(InetAddress.ofLiteral(address), HTTP), 1_000);
                      return true;
                    }
                  }))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
    }
  }
}
