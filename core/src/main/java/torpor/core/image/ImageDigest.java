package torpor.core.image;

import java.util.regex.Pattern;

/// The identity of an image, `sha256:` and 64 hexadecimal digits.
public record ImageDigest(String text) implements Comparable<ImageDigest> {
  public static final String ALGORITHM = "sha256:";
  private static final Pattern SHAPE = Pattern.compile("sha256:[0-9a-f]{64}");

  public ImageDigest {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a sha256 digest: " + text);
    }
  }

  public static boolean isValid(String text) {
    return SHAPE.matcher(text).matches();
  }

  /// The 64 digits: a file name.
  public String hex() {
    return text.substring(ALGORITHM.length());
  }

  @Override
  public int compareTo(ImageDigest other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
