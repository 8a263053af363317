package torpor.runtime.qemu.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cgroups of this host that are Torpor's. Thread-safe; the methods wait for the kernel.
///
/// @param lacking why not everything can be limited; empty where it can
public record Cgroups(Mounts mounts, Optional<String> lacking) {
  private static final Logger log = LoggerFactory.getLogger(Cgroups.class);
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final String PARENT = "torpor";
  private static final Limits TRIAL = new Limits(1000, 100, 64L << 20, 16);

  /// Nothing is limited, and nobody minds.
  public static final Cgroups NONE =
      new Cgroups(new Mounts(false, Map.of()), Optional.of("no cgroups are used"));

  /// Looks where the controllers are and tries them once.
  ///
  /// @param trial a name that nobody else uses at the same time
  public static Cgroups open(String trial) {
    try {
      Mounts found = Mounts.read(Files.readAllLines(MOUNTS), Cgroups::controllers);
      return new Cgroups(found, Optional.empty()).tried(trial);
    } catch (IOException unreadable) {
      return unusable("mounts cannot be read: " + unreadable.getMessage());
    }
  }

  private static Cgroups unusable(String why) {
    return new Cgroups(new Mounts(false, Map.of()), Optional.of(why));
  }

  private static String controllers(Path tree) {
    try {
      return Files.readString(tree.resolve("cgroup.controllers"));
    } catch (IOException unreadable) {
      log.debug("{} does not say which controllers it has", tree, unreadable);
      return "";
    }
  }

  private Cgroups tried(String trial) {
    if (mounts.at().isEmpty()) {
      return unusable("no cgroup controller is mounted");
    }
    try {
      create(trial, TRIAL).remove();
    } catch (IOException refused) {
      return unusable("cgroups cannot be made: " + refused.getMessage());
    }
    List<Controller> missing = mounts.missing();
    return missing.isEmpty()
        ? this
        : new Cgroups(
            mounts,
            Optional.of(
                "not mounted: "
                    + missing.stream().map(Controller::text).collect(Collectors.joining(", "))));
  }

  /// How they are mounted, for people.
  public String version() {
    return mounts.at().isEmpty() ? "none" : mounts.unified() ? "v2" : "v1";
  }

  /// Makes one and limits it, or limits again one that is there.
  ///
  /// @throws IOException where the kernel refuses; nothing remains of it then
  public Cgroup create(String name, Limits limits) throws IOException {
    Cgroup cgroup = find(name);
    try {
      for (Path tree : mounts.trees()) {
        make(tree, name);
      }
      cgroup.limit(limits);
      return cgroup;
    } catch (IOException refused) {
      cgroup.remove();
      throw refused;
    }
  }

  private void make(Path tree, String name) throws IOException {
    Path parent = tree.resolve(PARENT);
    if (mounts.unified()) {
      delegate(tree);
    }
    try {
      adopt(parent);
      adopt(parent.resolve(name));
    } catch (NoSuchFileException swept) {
      // Another daemon's end took the empty parent away in between.
      adopt(parent);
      adopt(parent.resolve(name));
    }
  }

  private void adopt(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException there) {
      log.trace("{} is there already", directory);
    }
    if (mounts.unified() && directory.endsWith(PARENT)) {
      delegate(directory);
    }
  }

  /// In a unified tree a controller is there for children only where their parent says so.
  private void delegate(Path directory) throws IOException {
    Path file = directory.resolve("cgroup.subtree_control");
    Set<String> given = Set.of(Files.readString(file).strip().split(" "));
    for (Controller controller : mounts.at().keySet()) {
      if (!given.contains(controller.text())) {
        Files.writeString(file, "+" + controller.text());
      }
    }
  }

  /// The one of that name, whether or not it is there.
  public Cgroup find(String name) {
    Map<Controller, Path> directories = new EnumMap<>(Controller.class);
    mounts
        .at()
        .forEach(
            (controller, tree) -> directories.put(controller, tree.resolve(PARENT).resolve(name)));
    return new Cgroup(mounts.unified(), directories);
  }

  /// The names of all that begin so.
  public Set<String> names(String prefix) {
    Set<String> names = new HashSet<>();
    for (Path tree : mounts.trees()) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(tree.resolve(PARENT), entry -> Files.isDirectory(entry))) {
        found.forEach(entry -> names.add(entry.getFileName().toString()));
      } catch (NoSuchFileException none) {
        log.trace("{} has none", tree);
      } catch (IOException unreadable) {
        throw new UncheckedIOException("the cgroups in " + tree + " cannot be listed", unreadable);
      }
    }
    return names.stream().filter(name -> name.startsWith(prefix)).collect(Collectors.toSet());
  }

  /// Removes what is common to all, where nobody needs it any more.
  public void clear() {
    for (Path tree : mounts.trees()) {
      try {
        Files.deleteIfExists(tree.resolve(PARENT));
      } catch (IOException needed) {
        log.trace("{} is needed", tree.resolve(PARENT), needed);
      }
    }
  }
}
