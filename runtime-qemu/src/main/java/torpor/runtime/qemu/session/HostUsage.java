package torpor.runtime.qemu.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.engine.caller.InstanceStats;

/// What a machine's process uses, from `/proc`.
final class HostUsage {
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");
  private static final Pattern VIRTUAL = Pattern.compile("(?m)^VmSize:\\s*(\\d+) kB$");
  private static final Pattern TAP = Pattern.compile("(?:^|\0)tap,[^\0]*ifname=([^,\0]+)");
  private static final long KIB = 1024;

  /// What the host has counted on a machine's wire.
  record Traffic(long received, long sent) {
    static final Traffic NONE = new Traffic(0, 0);
  }

  private HostUsage() {}

  /// @throws IOException where the process is gone
  static InstanceStats of(long pid) throws IOException {
    Duration cpu =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow(() -> new IOException("process " + pid + " is gone"));
    String status = read(pid, "status");
    Optional<String> tap = tapIn(read(pid, "cmdline"));
    // A process sees the interfaces of its own network namespace, where the machine's wire ends.
    Traffic traffic = tap.isPresent() ? trafficIn(read(pid, "net/dev"), tap.get()) : Traffic.NONE;
    return new InstanceStats(
        cpu, kibIn(status, RESIDENT), kibIn(status, VIRTUAL), traffic.received(), traffic.sent());
  }

  private static String read(long pid, String file) throws IOException {
    return Files.readString(
        Path.of("/proc", Long.toString(pid)).resolve(file), StandardCharsets.ISO_8859_1);
  }

  static long kibIn(String status, Pattern line) {
    Matcher found = line.matcher(status);
    return found.find() ? Long.parseLong(found.group(1)) * KIB : 0;
  }

  /// @param commandLine of QEMU, its words ended by NUL
  static Optional<String> tapIn(String commandLine) {
    Matcher found = TAP.matcher(commandLine);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /// What goes into the host's end of the wire has come out of the guest.
  ///
  /// @param table as `/proc/net/dev` has it
  static Traffic trafficIn(String table, String device) {
    for (String line : table.lines().toList()) {
      String[] nameAndNumbers = line.strip().split(":", 2);
      if (nameAndNumbers.length == 2 && nameAndNumbers[0].equals(device)) {
        String[] numbers = nameAndNumbers[1].strip().split("\\s+", -1);
        return new Traffic(Long.parseLong(numbers[8]), Long.parseLong(numbers[0]));
      }
    }
    return Traffic.NONE;
  }
}
