package torpor.network.facts;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.network.address.Ipv4Address;

/// Which nameservers a guest can use.
public final class Resolvers {
  private static final String WORD = "nameserver";

  private Resolvers() {}

  /// The nameservers of the first text that names one a guest can reach. A resolver on the host's
  /// loopback cannot be reached; where it is systemd's, its own file has the upstream ones.
  ///
  /// @param texts of files as `resolv.conf`, the preferred first
  public static List<Ipv4Address> usable(List<String> texts) {
    return texts.stream()
        .map(text -> named(text).filter(address -> !address.isLoopback()).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static Stream<Ipv4Address> named(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(WORD))
        .map(line -> line.substring(WORD.length()).strip())
        .map(Ipv4Address::parse)
        .flatMap(Optional::stream);
  }
}
