package torpor.core.instance.volume;

import java.util.regex.Pattern;

/// The name a person gives a volume, unique on a node: 1 to 63 lower-case letters, digits, dashes,
/// dots and underscores, beginning with a letter or digit.
public record VolumeName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  public static final String GRAMMAR =
      "1 to 63 lower-case letters, digits, dashes, dots and underscores, a letter or digit first";

  public VolumeName {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a volume name: " + text);
    }
  }

  public static boolean isValid(String text) {
    return SHAPE.matcher(text).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
