package torpor.runtime.qemu.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process for good, within one run of the host: process numbers are given out again, a number
/// together with its start time is not.
///
/// @param startTime in clock ticks since the host was booted, field 22 of `/proc/<pid>/stat`
public record ProcessIdentity(long pid, long startTime) {
  private static final int TERMINATE = 15;
  private static final int KILL = 9;

  /// @return empty where no process has that number, or only a dead one
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcessStat.of(pid).filter(stat -> !stat.ended()).map(ProcessStat::identity);
  }

  /// Whether it still runs.
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /// Asks it to end. To ask one that has ended is nothing.
  public void terminate() {
    send(TERMINATE);
  }

  /// Ends it. To end one that has ended is nothing.
  public void kill() {
    send(KILL);
  }

  private void send(int signal) {
    int pidfd = LinuxCalls.openProcess(pid);
    if (pidfd < 0) {
      return;
    }
    try {
      if (isAlive()) {
        LinuxCalls.signalProcess(pidfd, signal);
      }
    } finally {
      LinuxCalls.close(pidfd);
    }
  }

  /// Names this run of the host.
  public static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the host's boot id cannot be read", unreadable);
    }
  }
}
