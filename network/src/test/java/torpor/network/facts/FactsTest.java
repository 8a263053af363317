package torpor.network.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.network.AddressSlot;
import torpor.engine.network.Activity;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Range;

class FactsTest {
  private static final AddressPool POOL =
      new AddressPool(Ipv4Range.parse("10.213.0.0/16").orElseThrow(), List.of());

  @Test
  void routesAreReadAsTheKernelWritesThem() {
    List<Route> routes =
        Route.read(
            """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            vpn0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
            """);

    assertThat(routes)
        .extracting(Route::toString)
        .containsExactly(
            "Route[device=eth0, to=0.0.0.0/0]",
            "Route[device=eth0, to=192.0.2.0/24]",
            "Route[device=vpn0, to=10.0.0.0/8]");
    assertThat(routes).extracting(Route::isDefault).containsExactly(true, false, false);
    assertThat(routes).extracting(Route::leadsToANetwork).containsExactly(false, true, true);
  }

  @Test
  void aResolverOnLoopbackIsNoneForAGuest() {
    String stub = "nameserver 127.0.0.53\noptions edns0\nsearch example.org\n";
    String upstream =
        "# systemd\nnameserver 192.0.2.53\nnameserver fe80::1\nnameserver 192.0.2.54\n";

    assertThat(Resolvers.usable(List.of(stub, upstream)))
        .extracting(Object::toString)
        .containsExactly("192.0.2.53", "192.0.2.54");
    assertThat(Resolvers.usable(List.of("nameserver 192.0.2.1", upstream)))
        .extracting(Object::toString)
        .containsExactly("192.0.2.1");
    assertThat(Resolvers.usable(List.of(stub))).isEmpty();
  }

  @Test
  void whoCameInIsCountedAndNobodyElse() {
    String tracked =
        """
        ipv4     2 tcp      6 299 ESTABLISHED src=127.0.0.1 dst=127.0.0.1 sport=1 dport=8080 src=10.213.0.22 dst=10.213.0.21 sport=80 dport=1 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 tcp      6 100 SYN_SENT src=198.51.100.7 dst=192.0.2.2 sport=2 dport=8080 [UNREPLIED] src=10.213.0.22 dst=198.51.100.7 sport=80 dport=2 mark=0 zone=0 use=2
        ipv4     2 tcp      6 118 TIME_WAIT src=198.51.100.7 dst=192.0.2.2 sport=3 dport=8080 src=10.213.0.22 dst=198.51.100.7 sport=80 dport=3 [ASSURED] mark=0 zone=0 use=2
        tcp      6 90 TIME_WAIT src=198.51.100.7 dst=192.0.2.2 sport=4 dport=8080 src=10.213.0.22 dst=198.51.100.7 sport=80 dport=4 [ASSURED] mark=0 use=1
        ipv4     2 tcp      6 431999 ESTABLISHED src=10.213.0.21 dst=10.213.0.22 sport=5 dport=80 src=10.213.0.22 dst=10.213.0.21 sport=80 dport=5 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 tcp      6 431999 ESTABLISHED src=10.213.0.22 dst=93.184.216.34 sport=6 dport=443 src=93.184.216.34 dst=192.0.2.2 sport=443 dport=6 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 tcp      6 431999 ESTABLISHED src=10.213.0.22 dst=10.213.0.26 sport=7 dport=80 src=10.213.0.26 dst=10.213.0.22 sport=80 dport=7 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 udp      17 25 src=198.51.100.7 dst=192.0.2.2 sport=8 dport=53 [UNREPLIED] src=10.213.0.30 dst=198.51.100.7 sport=53 dport=8 mark=0 zone=0 use=2
        ipv4     2 unknown  2 500 src=10.213.0.22 dst=224.0.0.22 [UNREPLIED] src=224.0.0.22 dst=10.213.0.22 mark=0 zone=0 use=2
        """;
    assertThat(Traffic.of(tracked.lines(), POOL, Map.of()))
        .containsOnly(
            Map.entry(new AddressSlot(5), new Activity(2, Optional.of(Duration.ofSeconds(2)))),
            Map.entry(new AddressSlot(6), new Activity(1, Optional.empty())),
            Map.entry(new AddressSlot(7), new Activity(0, Optional.of(Duration.ofSeconds(5)))));
  }

  @Test
  void aKernelThatForgetsSoonerIsBelieved() {
    String ended =
        "tcp 6 50 TIME_WAIT src=198.51.100.7 dst=192.0.2.2 sport=4 dport=80 src=10.213.0.22"
            + " dst=198.51.100.7 sport=80 dport=4";
    Map<Connection.Kind, Duration> timeouts =
        Map.of(Connection.Kind.TCP_TIME_WAIT, Duration.ofSeconds(60));

    assertThat(Connection.line(ended).orElseThrow().quiet(timeouts)).hasSeconds(10);
    assertThat(Connection.line("")).isEmpty();
    assertThat(Connection.line("conntrack v1.4.7 (conntrack-tools): 4 flow entries")).isEmpty();
  }
}
