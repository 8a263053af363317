package torpor.network.rules;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import torpor.network.address.Ipv4Address;

/// The rules in an instance's namespace.
public final class InstanceRules {
  private static final String FORBIDDEN = "reject with icmp type admin-prohibited";

  private InstanceRules() {}

  /// Replaces the rules of a namespace that has some, in one transaction. Connections that are open
  /// stay open, also where a new one would be refused.
  public static String replacement(Wiring wiring) {
    return "flush table ip torpor\n" + text(wiring);
  }

  /// The rules, for a namespace that has none.
  public static String text(Wiring wiring) {
    return """
    table ip torpor {
      chain prerouting {
        type nat hook prerouting priority dstnat; policy accept;
        iifname "eth0" ip daddr %1$s dnat to %2$s
    %3$s
      }
      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth0" snat to %1$s
      }
      chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        icmp type echo-request accept
        iifname "tap0" %4$s
      }
      chain forward {
        type filter hook forward priority filter; policy drop;
        iifname "tap0" ip saddr != %2$s drop
        ct state invalid drop
        tcp flags syn / syn,rst tcp option maxseg size set rt mtu
        ct state established,related accept
        iifname "tap0" oifname "eth0" jump from_guest
        iifname "eth0" oifname "tap0" jump to_guest
      }
      chain from_guest {
        ip daddr 169.254.0.0/16 %4$s
        ip daddr %5$s accept
    %6$s
      }
      chain to_guest {
        ip saddr %7$s accept
        ip saddr %5$s %8$s
        accept
      }
    }
    """
        .formatted(
            wiring.addresses().outside(),
            GuestWire.ADDRESS,
            nameservers(wiring.upstreamOfEach()),
            FORBIDDEN,
            wiring.pool(),
            outbound(wiring),
            wiring.addresses().host(),
            wiring.network().isPresent() ? "accept" : FORBIDDEN);
  }

  private static String nameservers(List<Ipv4Address> upstream) {
    return IntStream.range(0, upstream.size())
        .mapToObj(i ->
            "    iifname \"tap0\" ip daddr %s meta l4proto { tcp, udp } th dport 53 dnat to %s"
                .formatted(GuestWire.NAMESERVERS.get(i), upstream.get(i)))
        .collect(Collectors.joining("\n"));
  }

  /// Who may go only to some places may still ask for their names.
  private static String outbound(Wiring wiring) {
    if (!wiring.outbound() || wiring.destinations().isEmpty()) {
      return "    " + (wiring.outbound() ? "accept" : FORBIDDEN);
    }
    String asked =
        wiring.upstream().isEmpty()
            ? ""
            : "    ip daddr { %s } meta l4proto { tcp, udp } th dport 53 accept\n"
                .formatted(joined(wiring.upstream().stream().map(Ipv4Address::toString)));
    return asked
        + "    ip daddr { %s } accept\n    %s"
            .formatted(joined(wiring.destinations().stream()), FORBIDDEN);
  }

  private static String joined(Stream<String> addresses) {
    return addresses.distinct().collect(Collectors.joining(", "));
  }
}
