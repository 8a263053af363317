package torpor.api.image;

import java.util.Map;
import java.util.Optional;
import torpor.api.http.RefusedException;

/// The platform that images are for: this host's, as an image's maker writes it.
public final class Platforms {
  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "amd64", "x86_64", "amd64", "aarch64", "arm64", "arm64", "arm64");

  private Platforms() {}

  public static String architecture() {
    String name = System.getProperty("os.arch");
    return ARCHITECTURES.getOrDefault(name, name);
  }

  /// `linux/amd64`.
  public static String ofHost() {
    return "linux/" + architecture();
  }

  /// @throws RefusedException where another one is asked for
  public static void check(String field, Optional<String> asked) {
    if (asked.filter(platform -> !platform.equals(ofHost())).isPresent()) {
      throw RefusedException.unsupported(
          field,
          "'%s' is not there yet: machines are of this host's kind, %s".formatted(field, ofHost()),
          "Leave it out, or send " + ofHost() + ".");
    }
  }
}
