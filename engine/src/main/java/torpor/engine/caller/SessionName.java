package torpor.engine.caller;

import java.util.regex.Pattern;

/// What whoever began a program calls it, to take it up again. Chosen once and by chance, as a UUID
/// is: whoever knows it may speak to the program.
///
/// @param text 8 to 64 letters, digits, `.`, `_` and `-`
public record SessionName(String text) {
  private static final Pattern POSSIBLE = Pattern.compile("[A-Za-z0-9._-]{8,64}");

  /// @throws IllegalArgumentException where it is none
  public SessionName {
    if (!POSSIBLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not 8 to 64 letters, digits, dots, underscores and hyphens");
    }
  }
}
