package torpor.runtime.qemu.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// What of this host's processor a guest comes to depend on.
///
/// @param tscKilohertz rate of the time stamp counter; a guest under emulation reads the host's
/// @param flags what the kernel reports the processor can do, `avx2`, `rdrand`, …
public record HostProcessor(long tscKilohertz, Set<String> flags) {
  private static final double TOLERANCE = 0.001;

  public HostProcessor {
    flags = Set.copyOf(flags);
  }

  /// @throws IOException where `/proc/cpuinfo` cannot be read or does not say
  public static HostProcessor ofThisHost() throws IOException {
    return parse(Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1));
  }

  static HostProcessor parse(String cpuinfo) throws IOException {
    long kilohertz = 0;
    Set<String> flags = new TreeSet<>();
    for (String line : cpuinfo.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (key.equals("cpu MHz") && kilohertz == 0) {
        kilohertz = Math.round(Double.parseDouble(value) * 1000);
      } else if (key.equals("flags") && flags.isEmpty() && !value.isEmpty()) {
        flags.addAll(Set.of(value.split(" +")));
      }
    }
    if (kilohertz <= 0) {
      throw new IOException("/proc/cpuinfo does not tell the processor's clock rate");
    }
    return new HostProcessor(kilohertz, flags);
  }

  /// A processor that QEMU knows by name, and what a host needs to be one.
  ///
  /// @param model as QEMU names it
  /// @param flags as the kernel names them
  public record Baseline(String model, Set<String> flags) {}

  /// The levels of x86-64 by the first processor of each: every machine here is one of these, so
  /// that it can move to any host that reaches the level.
  private static final Baseline SECOND_LEVEL =
      new Baseline(
          "Nehalem", Set.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"));

  private static final Baseline THIRD_LEVEL =
      new Baseline(
          "Haswell-noTSX",
          Set.of(
              "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3", "avx", "avx2",
              "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"));

  /// The highest level that this processor reaches.
  public Baseline baseline() {
    return flags.containsAll(THIRD_LEVEL.flags()) ? THIRD_LEVEL : SECOND_LEVEL;
  }

  /// Whether a clock that was set to the one rate is right at the other, to a thousandth: hosts
  /// measure their own rate at each boot and differ in the last digits.
  public static boolean sameRate(long one, long other) {
    return Math.abs(one - other) <= TOLERANCE * Math.max(one, other);
  }
}
