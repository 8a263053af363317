package torpor.network.rules;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.network.address.Ipv4Range;
import torpor.network.names.Names;

/// The rules in the host's own namespace: one table per data directory, of a fixed size.
public final class HostRules {
  private HostRules() {}

  /// Makes the table, or replaces its rules in one transaction. Published ports, which are elements
  /// of its maps, stay as they are: running machines do not notice that a daemon starts.
  public static String text(Names names, Ipv4Range pool) {
    String maps =
        Stream.of(PortMap.values())
            .map(map -> "add map ip @TABLE@ " + map.text() + " { type " + map.type() + "; }\n")
            .collect(Collectors.joining());
    return ("add table ip @TABLE@\n" + maps + MEMBERS + CHAINS)
        .replace("@TABLE@", names.table())
        .replace("@WIRES@", names.wires())
        .replace("@POOL@", pool.toString());
  }

  /// Which network an outside address is in, and which addresses a network has. An instance of none
  /// is in neither.
  private static final String MEMBERS =
      """
      add map ip @TABLE@ network_of { type ipv4_addr : mark; }
      add set ip @TABLE@ members { type ipv4_addr . mark; }
      """;

  private static final String CHAINS =
      """
      add chain ip @TABLE@ between
      add chain ip @TABLE@ published
      add chain ip @TABLE@ prerouting { type nat hook prerouting priority -100; policy accept; }
      add chain ip @TABLE@ output { type nat hook output priority -100; policy accept; }
      add chain ip @TABLE@ postrouting { type nat hook postrouting priority 100; policy accept; }
      add chain ip @TABLE@ source { type filter hook prerouting priority -300; policy accept; }
      add chain ip @TABLE@ input { type filter hook input priority 0; policy accept; }
      add chain ip @TABLE@ forward { type filter hook forward priority 0; policy accept; }
      flush table ip @TABLE@
      table ip @TABLE@ {
        chain published {
          dnat ip to ip daddr . tcp dport map @tcp_at
          dnat ip to ip daddr . udp dport map @udp_at
          fib daddr type local dnat ip to tcp dport map @tcp_any
          fib daddr type local dnat ip to udp dport map @udp_any
        }
        chain prerouting {
          jump published
        }
        chain output {
          jump published
        }
        chain postrouting {
          oifname "@WIRES@" ip saddr 127.0.0.0/8 masquerade
          oifname != "@WIRES@" ip saddr @POOL@ masquerade
        }
        chain source {
          iifname "@WIRES@" ip daddr 127.0.0.0/8 drop
          iifname "@WIRES@" fib saddr . iif oif missing drop
        }
        chain input {
          iifname != "@WIRES@" accept
          ct state established,related accept
          reject with icmp type admin-prohibited
        }
        chain between {
          meta mark set 0
          meta mark set ip saddr map @network_of
          ip daddr . meta mark @members meta mark set 0 accept
          reject with icmp type admin-prohibited
        }
        chain forward {
          iifname != "@WIRES@" oifname != "@WIRES@" accept
          ct state established,related accept
          ct state invalid drop
          iifname "@WIRES@" oifname != "@WIRES@" ip daddr @POOL@ reject with icmp type host-unreachable
          iifname "@WIRES@" oifname "@WIRES@" jump between
          iifname "@WIRES@" accept
          ct status dnat accept
          drop
        }
      }
      """;
}
