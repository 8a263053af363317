package torpor.daemon.doctor.fix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import torpor.images.tool.ToolBox;

/// What there is to fix things with.
///
/// @param packages how packages are installed, without what and which; empty where that is not
///   known
/// @param scripts `guest/init` of the checkout that this program was started from
record Means(Packages packages, Optional<Path> scripts) {
  private static final String SCRIPT = "kernel.sh";

  enum Packages {
    /// No apt.
    UNKNOWN,
    /// There is apt, and this user may not use it.
    FORBIDDEN,
    /// This is root.
    AS_ROOT,
    /// `sudo` works and asks for no password.
    BY_SUDO
  }

  /// @param home of the checkout, as the launcher tells it
  static Means ofThisHost(ToolBox programs, Optional<Path> home, boolean root, Commands commands) {
    Optional<Path> scripts =
        home.map(path -> path.resolve("guest").resolve("init"))
            .filter(path -> Files.isExecutable(path.resolve(SCRIPT)));
    return new Means(packages(programs, root, commands), scripts);
  }

  private static Packages packages(ToolBox programs, boolean root, Commands commands) {
    if (programs.find("apt-get").isEmpty()) {
      return Packages.UNKNOWN;
    }
    if (root) {
      return Packages.AS_ROOT;
    }
    boolean sudo =
        programs.find("sudo").isPresent()
            && commands.run(List.of("sudo", "-n", "true"), _ -> {}) == 0;
    return sudo ? Packages.BY_SUDO : Packages.FORBIDDEN;
  }

  Optional<Path> script() {
    return scripts.map(directory -> directory.resolve(SCRIPT));
  }
}
