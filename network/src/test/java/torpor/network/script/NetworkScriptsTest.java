package torpor.network.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Range;
import torpor.network.names.Names;
import torpor.network.rules.InstanceRules;
import torpor.network.rules.Wiring;

class NetworkScriptsTest {
  private static final Names NAMES = new Names("k3x9ab");
  private static final Ipv4Range RANGE = Ipv4Range.parse("10.213.0.0/16").orElseThrow();

  @Test
  void aNetworkIsBuiltFromOutsideInAndLabelledLast() {
    Wiring wiring = wiring(OptionalLong.of(1_000), OptionalLong.of(10_000_000));
    assertThat(NetworkScripts.build(wiring).replace(InstanceRules.text(wiring), "(rules)\n"))
        .isEqualTo(
            """
            ip -batch - <<'BATCH'
            netns add torpor-k3x9ab-5
            link add tpk3x9ab-5 mtu 1400 type veth peer name eth0 mtu 1400 netns torpor-k3x9ab-5
            link set tpk3x9ab-5 addrgenmode none
            addr add 10.213.0.21/30 dev tpk3x9ab-5
            link set tpk3x9ab-5 up
            BATCH
            nsenter --net=/run/netns/torpor-k3x9ab-5 sh -eu <<'INSIDE'
            echo 1 >/proc/sys/net/ipv4/ip_forward
            echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
            echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
            nft -f - <<'RULES'
            (rules)
            RULES
            ip -batch - <<'BATCH'
            link set lo up
            link set eth0 up
            addr add 10.213.0.22/30 dev eth0
            route add default via 10.213.0.21
            tuntap add dev tap0 mode tap
            link set tap0 address 02:00:00:00:00:01 mtu 1400
            addr add 10.0.0.1/30 dev tap0
            link set tap0 up
            neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev tap0 nud permanent
            BATCH
            tc -batch - <<'BATCH'
            qdisc replace dev tap0 root tbf rate 1000bps burst 32768b latency 100ms
            qdisc replace dev eth0 root tbf rate 10000000bps burst 200000b latency 100ms
            BATCH
            INSIDE
            echo 1 >/proc/sys/net/ipv4/conf/tpk3x9ab-5/route_localnet
            echo 'torpor inst_01jd0000000000000000000000' >/sys/class/net/tpk3x9ab-5/ifalias
            """);
  }

  @Test
  void aLimitThatIsGoneIsTakenOff() {
    String script = NetworkScripts.refresh(wiring(OptionalLong.empty(), OptionalLong.of(5)));

    assertThat(script)
        .contains(
            "flush table ip torpor",
            "tc qdisc del dev tap0 root",
            "qdisc replace dev eth0 root tbf rate 5bps")
        .doesNotContain("qdisc del dev eth0", "netns add", "link add");
  }

  @Test
  void withoutLimitsTcIsNotStarted() {
    assertThat(NetworkScripts.build(wiring(OptionalLong.empty(), OptionalLong.empty())))
        .doesNotContain("tc ");
  }

  @Test
  void clearingNamesOneSlotAndNothingElse() {
    assertThat(NetworkScripts.clear(NAMES, new AddressSlot(5)))
        .isEqualTo(
            """
            if [ -e /sys/class/net/tpk3x9ab-5 ]; then ip link del tpk3x9ab-5; fi
            if [ -e /run/netns/torpor-k3x9ab-5 ]; then ip netns del torpor-k3x9ab-5; fi
            """);
    assertThat(NetworkScripts.rules("")).isEmpty();
  }

  private static Wiring wiring(OptionalLong download, OptionalLong upload) {
    return new Wiring(
        NAMES,
        new InstanceId("01jd0000000000000000000000"),
        new AddressSlot(5),
        new AddressPool(RANGE, List.of()).addresses(new AddressSlot(5)),
        RANGE,
        1400,
        List.of(),
        true,
        List.of(),
        OptionalInt.empty(),
        download,
        upload);
  }
}
