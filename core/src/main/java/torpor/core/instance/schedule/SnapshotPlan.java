package torpor.core.instance.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import torpor.core.instance.spec.InstanceName;

/// What a person wants to be taken, and how long it is to be kept.
///
/// @param interval from one due time to the next; [#SHORTEST] or more
/// @param namePrefix what the names of the snapshots begin with; [#PREFIX] where left out
/// @param metadata a person's own notes
public record SnapshotPlan(
    Duration interval,
    Retention retention,
    Optional<String> namePrefix,
    Map<String, String> metadata) {
  public static final Duration SHORTEST = Duration.ofMinutes(1);
  public static final String PREFIX = "scheduled";

  /// With the time of day after it, a name is as long as a name may be.
  public static final int LONGEST_PREFIX = 47;

  public SnapshotPlan {
    if (interval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("an interval below a minute: " + interval);
    }
    if (namePrefix.filter(prefix -> !isPrefix(prefix)).isPresent()) {
      throw new IllegalArgumentException("not the beginning of a name: " + namePrefix);
    }
    metadata = Map.copyOf(metadata);
  }

  public static boolean isPrefix(String text) {
    return text.length() <= LONGEST_PREFIX && InstanceName.isValid(text);
  }

  /// What a snapshot that is taken now is called: `nightly-20261120-031500`, in UTC.
  public String nameAt(Instant now) {
    LocalDateTime at = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
    return "%s-%04d%02d%02d-%02d%02d%02d"
        .formatted(
            namePrefix.orElse(PREFIX),
            at.getYear(),
            at.getMonthValue(),
            at.getDayOfMonth(),
            at.getHour(),
            at.getMinute(),
            at.getSecond());
  }
}
