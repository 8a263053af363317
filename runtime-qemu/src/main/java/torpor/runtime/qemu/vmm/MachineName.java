package torpor.runtime.qemu.vmm;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One life of one machine of one data directory; what its process is called.
///
/// @param owner the mark of the data directory: 1 to 64 letters, digits, `.` and `_`
/// @param machine which machine: lower-case letters and digits
/// @param generation which of its lives
public record MachineName(String owner, String machine, int generation) {
  private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9._]{1,64}");
  private static final Pattern SHAPE =
      Pattern.compile("torpor-([A-Za-z0-9._]{1,64})-([0-9a-z]{1,64})-(\\d{1,9})");

  public MachineName {
    if (!OWNER.matcher(owner).matches()) {
      throw new IllegalArgumentException("'" + owner + "' is not a mark of a data directory");
    }
  }

  /// Makes a mark of any text.
  public static String ownerOf(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9._]", ".");
    return plain.substring(0, Math.min(64, plain.length()));
  }

  public static Optional<MachineName> parse(String text) {
    Matcher parts = SHAPE.matcher(text);
    return parts.matches()
        ? Optional.of(
            new MachineName(parts.group(1), parts.group(2), Integer.parseInt(parts.group(3))))
        : Optional.empty();
  }

  /// How all names of an owner begin.
  public static String prefix(String owner) {
    return "torpor-" + owner + "-";
  }

  @Override
  public String toString() {
    return prefix(owner) + machine + "-" + generation;
  }
}
