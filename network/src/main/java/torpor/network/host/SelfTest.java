package torpor.network.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.network.address.AddressPool;
import torpor.network.address.Ipv4Range;
import torpor.network.facts.Route;
import torpor.network.names.Names;
import torpor.network.rules.HostRules;
import torpor.network.script.NetworkScripts;

/// Finds out whether this host can give instances a network, by doing once what that takes, and
/// leaves the host's table behind, up to date.
public final class SelfTest {
  private static final List<String> TOOLS = List.of("ip", "tc", "nft", "nsenter");
  private static final List<Path> TOOL_PLACES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));
  private static final int NETWORK_ADMINISTRATION = 12;
  private static final int SYSTEM_ADMINISTRATION = 21;
  private static final int HEXADECIMAL = 16;

  private final Names names;
  private final AddressPool pool;
  private final HostShell shell;

  /// A thing to try.
  private record Trial(String what, String script, String remedy) {}

  public SelfTest(Names names, AddressPool pool, HostShell shell) {
    this.names = names;
    this.pool = pool;
    this.shell = shell;
  }

  /// The first thing that is missing; empty where all is there.
  public Optional<Refusal> run() {
    try {
      Optional<Refusal> missing =
          privileges().or(this::tools).or(this::tunnels).or(this::poolInUse);
      if (missing.isPresent()) {
        return missing;
      }
      for (Trial trial : trials()) {
        HostShell.Outcome outcome = shell.run(trial.script());
        if (!outcome.succeeded()) {
          return refuse(trial.what() + ": " + outcome.errors().strip(), trial.remedy());
        }
      }
      return Optional.empty();
    } catch (IOException failed) {
      return refuse(
          "the host's network could not be tried: " + failed.getMessage(),
          "See that /proc and /sys are mounted and processes can be started.");
    }
  }

  private static Optional<Refusal> refuse(String what, String remedy) {
    return Optional.of(
        Refusal.of(
            RefusalCode.NETWORK_UNAVAILABLE,
            "This host gives instances no network: " + what + ".",
            remedy));
  }

  private Optional<Refusal> privileges() {
    long capabilities =
        HostFiles.text(Path.of("/proc/self/status"))
            .orElse("")
            .lines()
            .filter(line -> line.startsWith("CapEff:"))
            .mapToLong(line ->
                Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), HEXADECIMAL))
            .findFirst()
            .orElse(0);
    long wanted = 1L << NETWORK_ADMINISTRATION | 1L << SYSTEM_ADMINISTRATION;
    return (capabilities & wanted) == wanted
        ? Optional.empty()
        : refuse(
            "the daemon may not change it",
            "Run the daemon as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN.");
  }

  private Optional<Refusal> tools() {
    List<String> missing =
        TOOLS.stream()
            .filter(tool -> TOOL_PLACES.stream().noneMatch(at -> Files.exists(at.resolve(tool))))
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : refuse(
            "not installed: " + String.join(", ", missing),
            "Install them (Debian: apt-get install iproute2 nftables util-linux).");
  }

  private Optional<Refusal> tunnels() {
    return Files.exists(Path.of("/dev/net/tun"))
        ? Optional.empty()
        : refuse(
            "there is no /dev/net/tun", "Load the module (modprobe tun), or pass the device in.");
  }

  /// Checked before anything of this daemon's is touched; what is ours is no clash.
  private Optional<Refusal> poolInUse() {
    try {
      return clash(HostFiles.routes(), names, pool::uses);
    } catch (IOException e) {
      return refuse("its routes cannot be read: " + e.getMessage(), "See that /proc is mounted.");
    }
  }

  /// Which route of somebody else's leads to addresses that we would use.
  public static Optional<Refusal> clash(
      List<Route> routes, Names names, Predicate<Ipv4Range> used) {
    return routes.stream()
        .filter(route -> names.slotOfWire(route.device()).isEmpty())
        .filter(route -> route.leadsToANetwork() && used.test(route.to()))
        .findFirst()
        .map(route ->
            Refusal.ofField(
                RefusalCode.NETWORK_UNAVAILABLE,
                "network.pool",
                "Addresses of the pool are in use on this host: device %s leads to %s."
                    .formatted(route.device(), route.to()),
                "Set network.pool to a private range that is free, or network.reserved to the"
                    + " part that is not."));
  }

  private List<Trial> trials() {
    String probe = "tp" + names.mark() + "-check";
    String namespace = "torpor-" + names.mark() + "-check";
    return List.of(
        new Trial(
            "no network namespace can be made",
            "[ ! -e /run/netns/%1$s ] || ip netns del %1$s\nip netns add %1$s\nip netns del %1$s\n"
                .formatted(namespace),
            "Inside a container give it CAP_SYS_ADMIN and a writable /run, or run on the host."),
        new Trial(
            "no veth pair with a limit can be made",
            """
            [ ! -e /sys/class/net/%1$s ] || ip link del %1$s
            ip link add %1$s type veth peer name %1$s2
            trap 'ip link del %1$s' EXIT
            tc qdisc add dev %1$s root tbf rate 1mbit burst 32kb latency 100ms
            """
                .formatted(probe),
            "Load the kernel's modules (modprobe veth sch_tbf)."),
        new Trial(
            "no TAP device can be made",
            "ip tuntap add dev %1$s mode tap\nip link del %1$s\n".formatted(probe),
            "Load the module (modprobe tun)."),
        new Trial(
            "packets cannot be forwarded",
            "f=/proc/sys/net/ipv4/ip_forward\n[ \"$(cat $f)\" = 1 ] || echo 1 >$f\n",
            "Set net.ipv4.ip_forward=1 (sysctl)."),
        new Trial(
            "the firewall does not take the rules",
            NetworkScripts.rules(HostRules.text(names, pool.range())),
            "Use a kernel with nf_tables and NAT (modprobe nf_tables nft_chain_nat nft_fib_ipv4)."),
        new Trial(
            "connections cannot be listed",
            "[ -r /proc/net/nf_conntrack ] || conntrack -C >/dev/null\n",
            "Install conntrack (Debian: apt-get install conntrack)."));
  }
}
