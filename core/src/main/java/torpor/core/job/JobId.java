package torpor.core.job;

import java.util.Locale;
import java.util.regex.Pattern;

/// The identity of a job and of the one instance it owns: a time-ordered ULID, written `job_01jd…`
/// in lower case.
///
/// @param ulid 26 characters of Crockford's base 32, lower case
public record JobId(String ulid) implements Comparable<JobId> {
  public static final String PREFIX = "job_";
  private static final Pattern SHAPE = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");

  public JobId {
    if (!SHAPE.matcher(ulid).matches()) {
      throw new IllegalArgumentException("not a ULID in lower case: " + ulid);
    }
  }

  /// Reads an id with or without its prefix, in any case.
  ///
  /// @throws IllegalArgumentException where it is no id
  public static JobId parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return new JobId(lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower);
  }

  public static boolean isValid(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return SHAPE
        .matcher(lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower)
        .matches();
  }

  @Override
  public int compareTo(JobId other) {
    return ulid.compareTo(other.ulid);
  }

  @Override
  public String toString() {
    return PREFIX + ulid;
  }
}
