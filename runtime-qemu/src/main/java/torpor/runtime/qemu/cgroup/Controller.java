package torpor.runtime.qemu.cgroup;

import java.util.List;
import java.util.Locale;

/// What is limited, and by which of the kernel's files.
public enum Controller {
  CPU,
  MEMORY,
  PIDS;

  private static final long PERIOD_MICROSECONDS = 100_000;
  private static final long THOUSAND = 1000;
  private static final long USUAL_WEIGHT = 100;
  private static final long USUAL_SHARES = 1024;

  /// One file and what is to be in it.
  record Setting(String file, String value) {}

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<Setting> settings(Limits limits, boolean unified) {
    long quota = limits.processors() * PERIOD_MICROSECONDS / THOUSAND;
    return switch (this) {
      case CPU ->
          unified
              ? List.of(
                  new Setting("cpu.max", quota + " " + PERIOD_MICROSECONDS),
                  new Setting("cpu.weight", Integer.toString(limits.weight())))
              : List.of(
                  new Setting("cpu.cfs_period_us", Long.toString(PERIOD_MICROSECONDS)),
                  new Setting("cpu.cfs_quota_us", Long.toString(quota)),
                  new Setting(
                      "cpu.shares", Long.toString(limits.weight() * USUAL_SHARES / USUAL_WEIGHT)));
      case MEMORY ->
          List.of(
              new Setting(
                  unified ? "memory.max" : "memory.limit_in_bytes",
                  Long.toString(limits.memoryBytes())));
      case PIDS -> List.of(new Setting("pids.max", Integer.toString(limits.tasks())));
    };
  }
}
