package torpor.core.network;

import java.util.regex.Pattern;

/// Which instances reach each other: those that name the same network. Nobody makes a network; it
/// is there while somebody names it.
///
/// @param text 1 to 63 lower-case letters, digits, `.`, `_` and `-`, the first a letter or digit
public record NetworkName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final int NUMBERS = Integer.MAX_VALUE;

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
    return 1 + Math.floorMod(text.hashCode(), NUMBERS);
  }

  @Override
  public String toString() {
    return text;
  }
}
