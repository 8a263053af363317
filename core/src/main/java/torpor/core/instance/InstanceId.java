package torpor.core.instance;

import java.util.Locale;
import java.util.regex.Pattern;
import torpor.core.job.JobId;

/// The identity of an instance: a time-ordered ULID, written `inst_01jd…` in lower case. A job's
/// one instance has the job's ULID, so what works on an instance works on a job.
///
/// @param ulid 26 characters of Crockford's base 32, lower case
public record InstanceId(String ulid) implements Comparable<InstanceId> {
  public static final String PREFIX = "inst_";
  private static final Pattern SHAPE = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");

  public InstanceId {
    if (!SHAPE.matcher(ulid).matches()) {
      throw new IllegalArgumentException("not a ULID in lower case: " + ulid);
    }
  }

  public static InstanceId of(JobId job) {
    return new InstanceId(job.ulid());
  }

  /// Reads an id with or without its prefix, in any case; a job's id names the job's instance.
  ///
  /// @throws IllegalArgumentException where it is no id
  public static InstanceId parse(String text) {
    return new InstanceId(bare(text));
  }

  public static boolean isValid(String text) {
    return SHAPE.matcher(bare(text)).matches();
  }

  private static String bare(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith(PREFIX)) {
      return lower.substring(PREFIX.length());
    }
    return lower.startsWith(JobId.PREFIX) ? lower.substring(JobId.PREFIX.length()) : lower;
  }

  @Override
  public int compareTo(InstanceId other) {
    return ulid.compareTo(other.ulid);
  }

  @Override
  public String toString() {
    return PREFIX + ulid;
  }
}
