package torpor.runtime.qemu.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cgroup of one process. Thread-safe, as far as the kernel's files are.
///
/// @param directories one for each controller; the same for all in a unified tree
public record Cgroup(boolean unified, Map<Controller, Path> directories) {
  private static final Logger log = LoggerFactory.getLogger(Cgroup.class);

  private static final Duration LEAVING = Duration.ofSeconds(2);
  private static final Duration A_MOMENT = Duration.ofMillis(1);

  // A thread that moves itself alone needs not wait for all others: 0 is the one that writes.
  private static final String JOIN =
      "n=$1; shift; while [ \"$n\" -gt 0 ]; do echo 0 >\"$1\" || exit 125; shift; n=$((n - 1));"
          + " done; exec \"$@\"";

  public Cgroup {
    directories = Map.copyOf(directories);
  }

  /// The command as a process that is in here from its first instruction on. It keeps its process
  /// number.
  public List<String> joined(List<String> command) {
    List<Path> doors =
        directories.values().stream()
            .distinct()
            .map(directory -> directory.resolve(unified ? "cgroup.procs" : "tasks"))
            .toList();
    if (doors.isEmpty()) {
      return List.copyOf(command);
    }
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", JOIN, "sh"));
    words.add(Integer.toString(doors.size()));
    doors.forEach(door -> words.add(door.toString()));
    words.addAll(command);
    return List.copyOf(words);
  }

  void limit(Limits limits) throws IOException {
    for (Map.Entry<Controller, Path> entry : directories.entrySet()) {
      for (Controller.Setting setting : entry.getKey().settings(limits, unified)) {
        Files.writeString(entry.getValue().resolve(setting.file()), setting.value());
      }
    }
  }

  /// Whether the kernel has ended a process in here because memory was short: that of the cgroup,
  /// or the host's.
  public boolean isOutOfMemory() {
    Optional<Path> memory = Optional.ofNullable(directories.get(Controller.MEMORY));
    return memory.isPresent()
        && kills(memory.get().resolve(unified ? "memory.events" : "memory.oom_control")) > 0;
  }

  private static long kills(Path file) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("oom_kill ")) {
          return Long.parseLong(line.substring(line.indexOf(' ') + 1).strip());
        }
      }
      return 0;
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException unreadable) {
      log.warn("{} cannot be read", file, unreadable);
      return 0;
    }
  }

  /// Removes it; nothing to do is fine. One in which something runs stays, and that is told.
  public void remove() {
    directories.values().stream().distinct().forEach(Cgroup::remove);
  }

  /// A process has ended a moment before it has left: the kernel tells nobody of the second.
  private static void remove(Path directory) {
    long began = System.nanoTime();
    while (true) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException occupied) {
        if (System.nanoTime() - began > LEAVING.toNanos()) {
          log.warn("the cgroup {} cannot be removed: {}", directory, occupied.getMessage());
          return;
        }
        LockSupport.parkNanos(A_MOMENT.toNanos());
      }
    }
  }
}
