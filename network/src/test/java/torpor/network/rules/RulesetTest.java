package torpor.network.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.core.network.PublishedPort.Protocol;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Address;
import torpor.network.address.Ipv4Range;
import torpor.network.names.Names;

class RulesetTest {
  private static final Names NAMES = new Names("k3x9ab");
  private static final Ipv4Range RANGE = Ipv4Range.parse("10.213.0.0/16").orElseThrow();

  @Test
  void anInstanceThatMayDoEverything() {
    assertThat(InstanceRules.text(wiring(true, List.of(), "9.9.9.9")))
        .isEqualTo(
            """
            table ip torpor {
              chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
                iifname "eth0" ip daddr 10.213.0.22 dnat to 10.0.0.2
                iifname "tap0" ip daddr 10.0.0.53 meta l4proto { tcp, udp } th dport 53 dnat to 9.9.9.9
                iifname "tap0" ip daddr 10.0.0.54 meta l4proto { tcp, udp } th dport 53 dnat to 9.9.9.9
              }
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                oifname "eth0" snat to 10.213.0.22
              }
              chain input {
                type filter hook input priority filter; policy drop;
                ct state established,related accept
                icmp type echo-request accept
                iifname "tap0" reject with icmp type admin-prohibited
              }
              chain forward {
                type filter hook forward priority filter; policy drop;
                iifname "tap0" ip saddr != 10.0.0.2 drop
                ct state invalid drop
                tcp flags syn / syn,rst tcp option maxseg size set rt mtu
                ct state established,related accept
                iifname "tap0" oifname "eth0" jump from_guest
                iifname "eth0" oifname "tap0" jump to_guest
              }
              chain from_guest {
                ip daddr 169.254.0.0/16 reject with icmp type admin-prohibited
                ip daddr 10.213.0.0/16 accept
                accept
              }
              chain to_guest {
                ip saddr 10.213.0.21 accept
                ip saddr 10.213.0.0/16 reject with icmp type admin-prohibited
                accept
              }
            }
            """);
  }

  @Test
  void anInstanceThatMayDoNothing() {
    assertThat(InstanceRules.text(wiring(false, List.of())))
        .contains(
            """
              chain from_guest {
                ip daddr 169.254.0.0/16 reject with icmp type admin-prohibited
                ip daddr 10.213.0.0/16 accept
                reject with icmp type admin-prohibited
              }
              chain to_guest {
                ip saddr 10.213.0.21 accept
            """)
        .doesNotContain("dport 53");
  }

  @Test
  void anInstanceThatMayGoToSomePlaces() {
    assertThat(
            InstanceRules.text(wiring(true, List.of("192.0.2.0/24", "198.51.100.7/32"), "9.9.9.9")))
        .contains(
            """
              chain from_guest {
                ip daddr 169.254.0.0/16 reject with icmp type admin-prohibited
                ip daddr 10.213.0.0/16 accept
                ip daddr { 9.9.9.9 } meta l4proto { tcp, udp } th dport 53 accept
                ip daddr { 192.0.2.0/24, 198.51.100.7/32 } accept
                reject with icmp type admin-prohibited
              }
            """);
  }

  private static Wiring wiring(boolean outbound, List<String> destinations, String... upstream) {
    return new Wiring(
        NAMES,
        new InstanceId("01jd0000000000000000000000"),
        new AddressSlot(5),
        new AddressPool(RANGE, List.of()).addresses(new AddressSlot(5)),
        RANGE,
        1400,
        List.of(upstream).stream().map(RulesetTest::address).toList(),
        outbound,
        destinations,
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  @Test
  void theHostsTableNamesOnlyWhatIsOurs() {
    String text = HostRules.text(NAMES, RANGE);

    assertThat(text.lines().filter(line -> line.matches("(add|flush|delete|table).*")))
        .allMatch(line -> line.contains(" ip torpor_k3x9ab"));
    assertThat(text)
        .doesNotContain("@TABLE@", "@WIRES@", "@POOL@", "delete", "flush map")
        .contains("iifname != \"tpk3x9ab-*\" oifname != \"tpk3x9ab-*\" accept")
        .contains("oifname != \"tpk3x9ab-*\" ip saddr 10.213.0.0/16 masquerade");
  }

  @Test
  void aChangeOfPortsTouchesOnlyWhatChanges() {
    Publication stays = publication(Protocol.TCP, "127.0.0.1", 8080, 80);
    Publication goes = publication(Protocol.TCP, "0.0.0.0", 443, 443);
    Publication comes = publication(Protocol.UDP, "192.0.2.2", 53, 5353);
    Publication moves = publication(Protocol.TCP, "127.0.0.1", 22, 22);
    Publication moved = publication(Protocol.TCP, "127.0.0.1", 22, 2222);

    assertThat(Elements.change(NAMES, List.of(stays, goes, moves), List.of(stays, comes, moved)))
        .isEqualTo(
            """
            delete element ip torpor_k3x9ab tcp_any { 443 }
            delete element ip torpor_k3x9ab tcp_at { 127.0.0.1 . 22 }
            add element ip torpor_k3x9ab udp_at { 192.0.2.2 . 53 : 10.213.0.22 . 5353 }
            add element ip torpor_k3x9ab tcp_at { 127.0.0.1 . 22 : 10.213.0.22 . 2222 }
            """);
    assertThat(Elements.change(NAMES, Set.of(stays), Set.of(stays))).isEmpty();
  }

  @Test
  void whatTheKernelHasIsReadBack() {
    String listing =
        """
        {"nftables": [{"metainfo": {"version": "1.0.6"}},
          {"table": {"family": "ip", "name": "torpor_k3x9ab", "handle": 1}},
          {"map": {"family": "ip", "name": "tcp_at", "map": "ipv4_addr . inet_service",
            "elem": [[{"concat": ["127.0.0.1", 8080]}, {"concat": ["10.213.0.22", 80]}]]}},
          {"map": {"family": "ip", "name": "udp_any",
            "elem": [[5353, {"concat": ["10.213.0.26", 53]}]]}},
          {"map": {"family": "ip", "name": "udp_at"}},
          {"chain": {"name": "published"}}]}
        """;
    assertThat(Elements.read(listing))
        .containsExactlyInAnyOrder(
            publication(Protocol.TCP, "127.0.0.1", 8080, 80),
            new Publication(Protocol.UDP, address("0.0.0.0"), 5353, address("10.213.0.26"), 53));
    assertThatThrownBy(() -> Elements.read("{")).isInstanceOf(IllegalArgumentException.class);
  }

  private static Publication publication(Protocol protocol, String at, int port, int toPort) {
    return new Publication(protocol, address(at), port, address("10.213.0.22"), toPort);
  }

  private static Ipv4Address address(String text) {
    return Ipv4Address.parse(text).orElseThrow();
  }
}
