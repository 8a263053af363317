package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.network.lab.Guest;
import torpor.network.lab.Shell;
import torpor.network.lab.Space;
import torpor.network.lab.Talk;
import torpor.network.rules.GuestWire;

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
        assertThat(Talk.ask(outside, HTTP)).isEqualTo(hostEnd(slot));
      }
    }
  }

  private String hostEnd(int slot) {
    return lab.settings().pool().addresses(new AddressSlot(slot)).host().toString();
  }

  @Test
  void aGuestReachesTheWorldAsThisHost() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    try (ServerSocketChannel _ = Talk.serve(lab.outside().space(), HTTP)) {
      assertThat(Talk.ask(guest.inside(), lab.outside().there(), HTTP))
          .isEqualTo(lab.outside().here());

      lab.attach(outbound(Lab.plan(1), false));
      refuses(guest.inside(), lab.outside().there(), HTTP);

      lab.attach(Lab.plan(1));
      assertThat(Talk.ask(guest.inside(), lab.outside().there(), HTTP))
          .isEqualTo(lab.outside().here());
    }
  }

  private static NetworkPlan outbound(NetworkPlan plan, boolean outbound) {
    return new NetworkPlan(
        plan.instance(),
        plan.slot(),
        outbound,
        plan.peers(),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  @Test
  void whatTheGuestAsksItsNameserverIsAskedTheHosts() throws Exception {
    Guest guest = lab.start(Lab.plan(1));
    for (String nameserver : GuestWire.NAMESERVERS) {
      assertThat(echo(lab.outside().space(), 53, guest.inside(), nameserver, 53))
          .isEqualTo("pong for ping");
    }
  }

  /// One datagram there and one back.
  private static String echo(Space server, int serverPort, Space client, String address, int port)
      throws Exception {
    try (DatagramSocket serving = server.in(() -> new DatagramSocket(serverPort))) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              DatagramPacket question = new DatagramPacket(new byte[100], 100);
              serving.receive(question);
              byte[] answer = ("pong for " + text(question)).getBytes(StandardCharsets.UTF_8);
              serving.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            } catch (IOException closed) {
              return;
            }
          });
      return client.in(() -> ping(address, port));
    }
  }

  private static String ping(String address, int port) throws IOException {
    try (DatagramSocket asking = new DatagramSocket()) {
      asking.setSoTimeout(5_000);
      byte[] ping = "ping".getBytes(StandardCharsets.UTF_8);
      asking.send(new DatagramPacket(ping, ping.length, InetAddress.ofLiteral(address), port));
      DatagramPacket pong = new DatagramPacket(new byte[100], 100);
      asking.receive(pong);
      return text(pong);
    }
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void nobodyReachesAnotherInstanceButItsPeers() throws Exception {
    Guest asking = lab.start(Lab.plan(1));
    Guest asked = lab.start(Lab.plan(2));
    String address = lab.networks().outside(new AddressSlot(2));
    try (ServerSocketChannel _ = Talk.serve(asked.inside(), HTTP)) {
      refuses(asking.inside(), address, HTTP);

      lab.attach(peers(Lab.plan(2), 1));
      assertThat(Talk.ask(asking.inside(), address, HTTP))
          .isEqualTo(lab.networks().outside(new AddressSlot(1)));

      lab.attach(outbound(Lab.plan(1), false));
      assertThat(Talk.ask(asking.inside(), address, HTTP)).isNotEmpty();

      lab.attach(Lab.plan(2));
      refuses(asking.inside(), address, HTTP);
    }
  }

  private static NetworkPlan peers(NetworkPlan plan, int peer) {
    return new NetworkPlan(
        plan.instance(),
        plan.slot(),
        plan.outbound(),
        Set.of(new AddressSlot(peer)),
        plan.ports(),
        plan.downloadBytesPerSecond(),
        plan.uploadBytesPerSecond());
  }

  @Test
  void addressesOfThePoolAreNotLookedForBeyondThisHost() throws Exception {
    Guest guest = lab.start(outbound(Lab.plan(1), false));
    String nobody = lab.networks().outside(new AddressSlot(9));

    assertThatThrownBy(() -> Talk.ask(guest.inside(), nobody, HTTP))
        .hasCauseInstanceOf(NoRouteToHostException.class);
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
  void theHostsOwnServicesAreOutOfReach() throws Exception {
    int port = Lab.freePort();
    int published = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.everywhere(published, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(Talk.listen("0.0.0.0", port))) {
      assertThat(Talk.ask(lab.outside().here(), port)).isNotEmpty();
      for (String address :
          List.of(hostEnd(1), hostEnd(2), lab.outside().here(), GuestWire.GATEWAY)) {
        refuses(guest.inside(), address, port);
      }
      refuses(guest.inside(), lab.outside().here(), published);
      refuses(guest.inside(), "169.254.169.254", HTTP);
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
            send("10.0.0.77", lab.outside().there(), "forged");
            send("10.0.0.2", lab.outside().there(), "honest");
            return true;
          });
      world.setSoTimeout(10_000);
      DatagramPacket first = new DatagramPacket(new byte[100], 100);
      world.receive(first);
      assertThat(text(first)).isEqualTo("honest");
      assertThat(first.getAddress().getHostAddress()).isEqualTo(lab.outside().here());
    }
  }

  private static void send(String from, String to, String words) throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0))) {
      byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral(to), 7777));
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

  @Test
  void aPublishedPortLeadsToTheGuestFromHereAndFromElsewhere() throws Exception {
    int mine = Lab.freePort();
    int everyones = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.loopback(mine, HTTP), Lab.everywhere(everyones, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      assertThat(Talk.ask("127.0.0.1", mine)).isEqualTo(hostEnd(1));
      assertThat(Talk.ask("127.0.0.1", everyones)).isEqualTo(hostEnd(1));
      assertThat(Talk.ask(lab.outside().here(), everyones)).isEqualTo(lab.outside().here());
      assertThat(Talk.ask(lab.outside().space(), lab.outside().here(), everyones))
          .isEqualTo(lab.outside().there());
      refuses(lab.outside().space(), lab.outside().here(), mine);
    }
  }

  @Test
  void anUdpPortIsPublishedToo() throws Exception {
    int port = Lab.freePort();
    PublishedPort published =
        new PublishedPort(Optional.of(lab.outside().here()), port, 5353, Protocol.UDP);
    Guest guest = lab.start(Lab.plan(1, published));

    assertThat(echo(guest.inside(), 5353, lab.outside().space(), lab.outside().here(), port))
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
  void attachingAgainDoesNotInterrupt() throws Exception {
    int port = Lab.freePort();
    NetworkPlan plan = Lab.plan(1, Lab.loopback(port, HTTP));
    Guest guest = lab.start(plan);
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP);
        Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.setSoTimeout(10_000);
      assertThat(readLine(open)).isEqualTo(hostEnd(1));
      int another = Lab.freePort();

      NetworkPlace again =
          lab.attach(Lab.plan(1, Lab.loopback(port, HTTP), Lab.loopback(another, HTTP)));
      say(open, "still here\n");
      assertThat(readLine(open)).isEqualTo("still here");
      assertThat(Talk.ask("127.0.0.1", another)).isNotEmpty();

      lab.restartDaemon();
      assertThat(lab.attach(plan)).isEqualTo(again);
      say(open, "and still\n");
      assertThat(readLine(open)).isEqualTo("and still");
      assertThatThrownBy(() -> Talk.ask("127.0.0.1", another)).isInstanceOf(IOException.class);
    }
  }

  private static void say(Socket socket, String words) throws IOException {
    socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
  }

  private static String readLine(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = socket.getInputStream().read();
        next != '\n';
        next = socket.getInputStream().read()) {
      if (next < 0) {
        throw new IOException("ended after " + line);
      }
      line.append((char) next);
    }
    return line.toString();
  }

  @Test
  void aRunningMachineDoesNotNoticeThatTheDaemonIsGone() throws Exception {
    int port = Lab.freePort();
    Guest guest = lab.start(Lab.plan(1, Lab.loopback(port, HTTP)));
    try (ServerSocketChannel _ = Talk.serve(guest.inside(), HTTP)) {
      lab.networks().close();
      assertThat(Talk.ask("127.0.0.1", port)).isEqualTo(hostEnd(1));
      lab.restartDaemon();
      assertThat(Talk.ask("127.0.0.1", port)).isEqualTo(hostEnd(1));
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
      assertThat(readLine(open)).isEqualTo(lab.outside().here());

      guest.pullOut();
      Lab.get(lab.networks().detach(plan.instance(), plan.slot()));
      guest.plugIn(lab.attach(plan));

      say(open, "I slept\n");
      assertThat(readLine(open)).isEqualTo("I slept");
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
            Set.of(),
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

  /// Every way in which a guest may be told no, and none in which it gets through.
  private static void refuses(Space from, String address, int port) {
    assertThatThrownBy(() -> Talk.ask(from, address, port))
        .as(address)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }
}
