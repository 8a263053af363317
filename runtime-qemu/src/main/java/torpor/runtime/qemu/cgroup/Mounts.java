package torpor.runtime.qemu.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Where the controllers of this host are mounted.
///
/// @param unified whether it is one tree for all, cgroup v2
/// @param at the top of the tree of each controller; one that is not there is not
public record Mounts(boolean unified, Map<Controller, Path> at) {
  // "36 25 0:31 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu": 5th is where
  private static final int POINT = 4;
  private static final String DASH = "-";

  public Mounts {
    at = Map.copyOf(at);
  }

  /// Reads `/proc/self/mountinfo`. A hybrid host, with both mounted, has its controllers in one or
  /// the other: the one with more of what is needed is taken. Pure.
  ///
  /// @param controllersOf what the `cgroup.controllers` at the top of a v2 tree says
  static Mounts read(List<String> mountinfo, Function<Path, String> controllersOf) {
    Map<Controller, Path> separate = new EnumMap<>(Controller.class);
    Map<Controller, Path> together = new EnumMap<>(Controller.class);
    for (Mount mount : mountinfo.stream().flatMap(line -> Mount.parse(line).stream()).toList()) {
      Set<String> offered =
          mount.type().equals("cgroup2")
              ? words(controllersOf.apply(mount.point()), " ")
              : mount.options();
      Map<Controller, Path> tree = mount.type().equals("cgroup2") ? together : separate;
      for (Controller controller : Controller.values()) {
        if (offered.contains(controller.text())) {
          tree.putIfAbsent(controller, mount.point());
        }
      }
    }
    return together.size() >= separate.size() && !together.isEmpty()
        ? new Mounts(true, together)
        : new Mounts(false, separate);
  }

  List<Controller> missing() {
    return Arrays.stream(Controller.values()).filter(one -> !at.containsKey(one)).toList();
  }

  /// Each tree once.
  List<Path> trees() {
    return at.values().stream().distinct().sorted().toList();
  }

  private static Set<String> words(String text, String between) {
    return new HashSet<>(Arrays.asList(text.strip().split(between)));
  }

  private record Mount(Path point, String type, Set<String> options) {
    static Optional<Mount> parse(String line) {
      List<String> fields = new ArrayList<>(Arrays.asList(line.split(" ")));
      int dash = fields.indexOf(DASH);
      if (dash < POINT
          || fields.size() < dash + POINT
          || !fields.get(dash + 1).startsWith("cgroup")) {
        return Optional.empty();
      }
      return Optional.of(
          new Mount(
              Path.of(fields.get(POINT)), fields.get(dash + 1), words(fields.getLast(), ",")));
    }
  }
}
