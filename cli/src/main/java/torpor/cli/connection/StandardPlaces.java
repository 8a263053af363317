package torpor.cli.connection;

import java.nio.file.Path;
import java.util.Map;

/// Where a daemon keeps its data, and its socket in it, where nobody says otherwise.
public final class StandardPlaces {
  public static final String SOCKET_NAME = "torpor.sock";

  private StandardPlaces() {}

  /// `/var/lib/torpor` for root, otherwise `torpor` in the user's data directory.
  public static Path dataDirectory(Map<String, String> environment, Path home, String user) {
    if (user.equals("root")) {
      return Path.of("/var/lib/torpor");
    }
    String configured = environment.getOrDefault("XDG_DATA_HOME", "");
    Path base =
        configured.startsWith("/") ? Path.of(configured) : home.resolve(".local").resolve("share");
    return base.resolve("torpor");
  }
}
