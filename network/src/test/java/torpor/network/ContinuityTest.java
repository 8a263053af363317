package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Talk;

/// What open connections do not notice.
class ContinuityTest {
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
  void attachingAgainDoesNotInterrupt() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP);
        Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.setSoTimeout(10_000);
      assertThat(Talk.readLine(open)).isEqualTo(lab.hostEnd(1));
      int another = Lab.freePort();

      NetworkPlace again =
          lab.attach(Lab.plan(1, Lab.loopback(port, HTTP), Lab.loopback(another, HTTP)));
      Talk.say(open, "still here\n");
      assertThat(Talk.readLine(open)).isEqualTo("still here");
      assertThat(Talk.ask("127.0.0.1", another)).isNotEmpty();

      lab.restartDaemon();
      assertThat(lab.attach(plan)).isEqualTo(again);
      Talk.say(open, "and still\n");
      assertThat(Talk.readLine(open)).isEqualTo("and still");
      assertThatThrownBy(() -> Talk.ask("127.0.0.1", another)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRunningMachineDoesNotNoticeThatTheDaemonIsGone() throws Exception {
    int port = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.loopback(port, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      lab.networks().close();
      assertThat(Talk.ask("127.0.0.1", port)).isEqualTo(lab.hostEnd(1));
      lab.restartDaemon();
      assertThat(Talk.ask("127.0.0.1", port)).isEqualTo(lab.hostEnd(1));
    }
  }

  @Test
  void aConnectionSurvivesThatTheNetworkIsMadeAnew() throws Exception {
    NetworkPlan plan = Lab.plan(1);
    Guest guest = lab.start(plan);
    try (ServerSocketChannel _ = Talk.serve(lab.outside().space(), HTTP);
        Socket open =
            guest
                .inside()
                .in(() -> new Socket(InetAddress.ofLiteral(lab.outside().there()), HTTP))) {
      open.setSoTimeout(30_000);
      assertThat(Talk.readLine(open)).isEqualTo(lab.outside().here());

      guest.pullOut();
      Lab.get(lab.networks().detach(plan.instance(), plan.slot()));
      guest.plugIn(lab.attach(plan));

      Talk.say(open, "I slept\n");
      assertThat(Talk.readLine(open)).isEqualTo("I slept");
    }
  }
}
