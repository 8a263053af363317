package torpor.core.network;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Which instances reach each other: those that name the same network. Nobody makes a network; it
/// is there while somebody names it.
///
/// @param text 1 to 63 lower-case letters, digits, `.`, `_` and `-`, the first a letter or digit
public record NetworkName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final long NUMBERS = Integer.MAX_VALUE;

  public NetworkName {
    if (!isOne(text)) {
      throw new IllegalArgumentException("'" + text + "' is no name of a network");
    }
  }

  public static boolean isOne(String text) {
    return SHAPE.matcher(text).matches();
  }

  /// By which the kernel knows it, from 1. Two names may have the same; who lets a second one in
  /// looks for that.
  public int number() {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return (int) (1 + sum.getValue() % NUMBERS);
  }

  @Override
  public String toString() {
    return text;
  }
}
