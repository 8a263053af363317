package torpor.bench.machines;

import java.io.IOException;

/// A machine's network as a script makes it: a namespace, a wire to it, a TAP in it, and rules.
final class HandNetwork {
  static final String NAMESPACE = "torpor-by-hand";
  private static final String WIRE = "tp-by-hand";

  private static final String UP =
      """
      ip -batch - <<'BATCH'
      netns add %1$s
      link add %2$s mtu 1500 type veth peer name eth0 mtu 1500 netns %1$s
      link set %2$s addrgenmode none
      addr add 10.207.255.1/30 dev %2$s
      link set %2$s up
      BATCH
      nsenter --net=/run/netns/%1$s sh -eu <<'INSIDE'
      echo 1 >/proc/sys/net/ipv4/ip_forward
      echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
      nft -f - <<'RULES'
      table ip hand {
        chain prerouting {
          type nat hook prerouting priority dstnat; policy accept;
          iifname "eth0" ip daddr 10.207.255.2 dnat to 10.0.0.2
        }
        chain postrouting {
          type nat hook postrouting priority srcnat; policy accept;
          oifname "eth0" snat to 10.207.255.2
        }
        chain input {
          type filter hook input priority filter; policy drop;
          ct state established,related accept
          icmp type echo-request accept
        }
        chain forward {
          type filter hook forward priority filter; policy drop;
          iifname "tap0" ip saddr != 10.0.0.2 drop
          ct state invalid drop
          ct state established,related accept
          iifname "tap0" oifname "eth0" accept
          iifname "eth0" oifname "tap0" accept
        }
      }
      RULES
      ip -batch - <<'BATCH'
      link set lo up
      link set eth0 up
      addr add 10.207.255.2/30 dev eth0
      route add default via 10.207.255.1
      tuntap add dev tap0 mode tap
      link set tap0 address 02:00:00:00:00:01
      addr add 10.0.0.1/24 dev tap0
      link set tap0 up
      BATCH
      INSIDE
      """
          .formatted(NAMESPACE, WIRE);

  private static final String DOWN =
      """
      if [ -e /sys/class/net/%2$s ]; then ip link del %2$s; fi
      if [ -e /run/netns/%1$s ]; then ip netns del %1$s; fi
      """
          .formatted(NAMESPACE, WIRE);

  private HandNetwork() {}

  static void up() throws IOException {
    var _ = MachineHost.run("sh", "-euc", UP);
  }

  /// Nothing to do is fine.
  static void down() throws IOException {
    var _ = MachineHost.run("sh", "-euc", DOWN);
  }
}
