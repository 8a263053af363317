package torpor.network.facts;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import torpor.network.address.Ipv4Address;

/// A connection as the kernel tracks it.
///
/// @param from who opened it
/// @param to who answers, after translation
/// @param open whether it is in use; of UDP nobody knows
/// @param left until the kernel forgets it
public record Connection(Ipv4Address from, Ipv4Address to, Kind kind, boolean open, Duration left) {
  /// How long the kernel remembers one after its last packet.
  public enum Kind {
    TCP_OPEN("nf_conntrack_tcp_timeout_established", 432_000),
    TCP_TIME_WAIT("nf_conntrack_tcp_timeout_time_wait", 120),
    TCP_LAST_ACK("nf_conntrack_tcp_timeout_last_ack", 30),
    TCP_CLOSE("nf_conntrack_tcp_timeout_close", 10),
    UDP("nf_conntrack_udp_timeout", 30),
    UDP_STREAM("nf_conntrack_udp_timeout_stream", 120);

    private final String setting;
    private final int seconds;

    Kind(String setting, int seconds) {
      this.setting = setting;
      this.seconds = seconds;
    }

    /// The kernel's setting, below `/proc/sys/net/netfilter`.
    public String setting() {
      return setting;
    }

    public Duration byDefault() {
      return Duration.ofSeconds(seconds);
    }
  }

  /// Reads a line of `/proc/net/nf_conntrack` or of `conntrack -L`; empty where it is of something
  /// else than TCP and UDP over IPv4.
  public static Optional<Connection> line(String line) {
    String[] words = line.strip().split("\\s+", -1);
    int protocol = words.length > 2 && words[0].equals("ipv4") ? 2 : 0;
    if (words.length < protocol + 4) {
      return Optional.empty();
    }
    Optional<Kind> kind = kind(words[protocol], words[protocol + 3], line);
    Optional<Ipv4Address> from = address(words, 1);
    Optional<Ipv4Address> to = address(words, 2);
    if (kind.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    Duration left = Duration.ofSeconds(Long.parseLong(words[protocol + 2]));
    return Optional.of(
        new Connection(from.get(), to.get(), kind.get(), kind.get() == Kind.TCP_OPEN, left));
  }

  private static Optional<Kind> kind(String protocol, String state, String line) {
    return switch (protocol) {
      case "tcp" ->
          Optional.of(
              switch (state) {
                case "TIME_WAIT" -> Kind.TCP_TIME_WAIT;
                case "LAST_ACK" -> Kind.TCP_LAST_ACK;
                case "CLOSE" -> Kind.TCP_CLOSE;
                default -> Kind.TCP_OPEN;
              });
      case "udp" -> Optional.of(line.contains("[ASSURED]") ? Kind.UDP_STREAM : Kind.UDP);
      default -> Optional.empty();
    };
  }

  /// The source of the first or second direction.
  private static Optional<Ipv4Address> address(String[] words, int which) {
    int seen = 0;
    for (String word : words) {
      if (word.startsWith("src=") && ++seen == which) {
        return Ipv4Address.parse(word.substring("src=".length()));
      }
    }
    return Optional.empty();
  }

  /// How long ago its last packet was.
  ///
  /// @param timeouts as the kernel has them
  public Duration quiet(Map<Kind, Duration> timeouts) {
    Duration whole = timeouts.getOrDefault(kind, kind.byDefault());
    Duration quiet = whole.minus(left);
    return quiet.isNegative() ? Duration.ZERO : quiet;
  }
}
