package torpor.host.process;

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
  /// @return empty where no process has that number, or only a dead one
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcessStat.of(pid).filter(stat -> !stat.ended()).map(ProcessStat::identity);
  }

  /// Whether it still runs.
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /// Sends a signal to this process and no other. To signal one that has ended is nothing.
  public void send(Signal signal) {
    int pidfd = LinuxCalls.openProcess(pid);
    if (pidfd < 0) {
      return;
    }
    try {
      if (isAlive()) {
        LinuxCalls.signalProcess(pidfd, signal.number());
      }
    } finally {
      LinuxCalls.close(pidfd);
    }
  }

  /// Ends it. To end one that has ended is nothing.
  public void kill() {
    send(Signal.KILL);
  }

  /// Sends a signal to the whole group that this process leads. While its leader lives a group's
  /// number is not given out again; where the leader has ended this is nothing.
  public void sendToGroup(Signal signal) {
    if (isAlive()) {
      LinuxCalls.signalGroup(pid, signal.number());
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
