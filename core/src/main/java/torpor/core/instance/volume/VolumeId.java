package torpor.core.instance.volume;

import java.util.Locale;
import java.util.regex.Pattern;

/// The identity of a volume: a time-ordered ULID, written `vol_01jd…` in lower case.
///
/// @param ulid 26 characters of Crockford's base 32, lower case
public record VolumeId(String ulid) implements Comparable<VolumeId> {
  public static final String PREFIX = "vol_";
  private static final Pattern SHAPE = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");

  public VolumeId {
    if (!SHAPE.matcher(ulid).matches()) {
      throw new IllegalArgumentException("not a ULID in lower case: " + ulid);
    }
  }

  /// Reads an id with or without its prefix, in any case.
  ///
  /// @throws IllegalArgumentException where it is no id
  public static VolumeId parse(String text) {
    return new VolumeId(bare(text));
  }

  public static boolean isValid(String text) {
    return SHAPE.matcher(bare(text)).matches();
  }

  private static String bare(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
  }

  @Override
  public int compareTo(VolumeId other) {
    return ulid.compareTo(other.ulid);
  }

  @Override
  public String toString() {
    return PREFIX + ulid;
  }
}
