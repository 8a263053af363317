package torpor.api.instance;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.instance.InstanceId;
import torpor.core.snapshot.SnapshotNumber;

/// A snapshot's name on this node: `snap_`, the ULID of its instance, and its number there.
public record SnapshotId(InstanceId instance, SnapshotNumber number) {
  private static final Pattern SHAPE =
      Pattern.compile("snap_([0-7][0-9a-hjkmnp-tv-z]{25})_([1-9]\\d{0,8})");

  /// Empty where the text is none.
  public static Optional<SnapshotId> parse(String text) {
    Matcher shape = SHAPE.matcher(text.toLowerCase(Locale.ROOT));
    return shape.matches()
        ? Optional.of(
            new SnapshotId(
                new InstanceId(shape.group(1)),
                new SnapshotNumber(Integer.parseInt(shape.group(2)))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "snap_" + instance.ulid() + "_" + number;
  }
}
