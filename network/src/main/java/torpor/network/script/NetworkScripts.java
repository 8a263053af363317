package torpor.network.script;

import java.util.OptionalLong;
import torpor.core.network.AddressSlot;
import torpor.network.names.Names;
import torpor.network.rules.GuestWire;
import torpor.network.rules.InstanceRules;
import torpor.network.rules.Wiring;

/// The scripts of an instance's life. Each is for `sh -eu`.
public final class NetworkScripts {
  private static final long LEAST_BURST = 32L * 1024;

  /// What may leave at once: what the limit lets through in 20 ms.
  private static final long BURSTS_PER_SECOND = 50;

  private NetworkScripts() {}

  /// Makes a network where nothing is. The rules stand before the devices do.
  public static String build(Wiring wiring) {
    return """
    ip -batch - <<'BATCH'
    netns add %1$s
    link add %2$s mtu %4$d type veth peer name eth0 mtu %4$d netns %1$s
    link set %2$s addrgenmode none
    addr add %5$s/30 dev %2$s
    link set %2$s up
    BATCH
    nsenter --net=/run/netns/%1$s sh -eu <<'INSIDE'
    echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
    echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
    nft -f - <<'RULES'
    %3$sRULES
    ip -batch - <<'BATCH'
    link set lo up
    link set eth0 up
    addr add %6$s/30 dev eth0
    route add default via %5$s
    tuntap add dev tap0 mode tap
    link set tap0 address %7$s mtu %4$d
    addr add %8$s dev tap0
    link set tap0 up
    neigh add %9$s lladdr %10$s dev tap0 nud permanent
    BATCH
    %11$sINSIDE
    echo 1 >/proc/sys/net/ipv4/conf/%2$s/route_localnet
    """
            .formatted(
                wiring.namespace(),
                wiring.wire(),
                InstanceRules.text(wiring),
                wiring.mtu(),
                wiring.addresses().host(),
                wiring.addresses().outside(),
                GuestWire.GATEWAY_MAC,
                GuestWire.GATEWAY_WITH_PREFIX,
                GuestWire.ADDRESS,
                GuestWire.MAC,
                limits(wiring))
        + label(wiring);
  }

  /// Brings a complete network to a changed plan; connections stay.
  public static String refresh(Wiring wiring) {
    return """
    nsenter --net=/run/netns/%1$s sh -eu <<'INSIDE'
    nft -f - <<'RULES'
    %2$sRULES
    %3$s%4$sINSIDE
    """
        .formatted(
            wiring.namespace(),
            InstanceRules.replacement(wiring),
            unlimited(wiring),
            limits(wiring));
  }

  /// Removes a network, or whatever half of it is there. That nothing is there is no failure. The
  /// wire goes first: its name is free once its command has ended, whoever still is in the
  /// namespace.
  public static String clear(Names names, AddressSlot slot) {
    return """
    if [ -e /sys/class/net/%1$s ]; then ip link del %1$s; fi
    if [ -e /run/netns/%2$s ]; then ip netns del %2$s; fi
    """
        .formatted(names.wire(slot), names.namespace(slot));
  }

  /// Changes the host's table.
  public static String rules(String text) {
    return text.isEmpty() ? "" : "nft -f - <<'RULES'\n" + text + "RULES\n";
  }

  private static String label(Wiring wiring) {
    return "echo '%s' >/sys/class/net/%s/ifalias\n"
        .formatted(Names.alias(wiring.instance()), wiring.wire());
  }

  /// A qdisc is not taken off where there is none, and tc does not say which it was: it is asked.
  private static String unlimited(Wiring wiring) {
    return unlimited(GuestWire.TAP, wiring.download())
        + unlimited(GuestWire.UPLINK, wiring.upload());
  }

  private static String unlimited(String device, OptionalLong limit) {
    return limit.isPresent()
        ? ""
        : "case $(tc qdisc show dev %1$s root) in *tbf*) tc qdisc del dev %1$s root ;; esac\n"
            .formatted(device);
  }

  /// Towards the guest is what leaves by its TAP; from it, what leaves by the wire.
  private static String limits(Wiring wiring) {
    String lines =
        limit(GuestWire.TAP, wiring.download()) + limit(GuestWire.UPLINK, wiring.upload());
    return lines.isEmpty() ? "" : "tc -batch - <<'BATCH'\n" + lines + "BATCH\n";
  }

  private static String limit(String device, OptionalLong bytesPerSecond) {
    if (bytesPerSecond.isEmpty()) {
      return "";
    }
    long rate = bytesPerSecond.getAsLong();
    return "qdisc replace dev %s root tbf rate %dbps burst %db latency 100ms\n"
        .formatted(device, rate, Math.max(LEAST_BURST, rate / BURSTS_PER_SECOND));
  }
}
