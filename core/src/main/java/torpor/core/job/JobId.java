package torpor.core.job;

import java.util.Locale;

/// The identity of a job and of the one instance it owns: a time-ordered ULID, written `job_01jd…`
/// in lower case.
///
/// @param ulid 26 characters of Crockford's base 32, lower case
public record JobId(String ulid) implements Comparable<JobId> {
  public static final String PREFIX = "job_";
  private static final int LENGTH = 26;
  private static final String LEFT_OUT = "ilou";

  public JobId {
    if (!isUlid(ulid)) {
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
    return isUlid(lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower);
  }

  /// By hand, since every row read and every request makes one.
  private static boolean isUlid(String text) {
    return text.length() == LENGTH
        && text.charAt(0) <= '7'
        && text.chars().allMatch(JobId::isDigit);
  }

  private static boolean isDigit(int character) {
    return (character >= '0' && character <= '9')
        || (character >= 'a' && character <= 'z' && LEFT_OUT.indexOf(character) < 0);
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
