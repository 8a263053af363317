package torpor.core.definition;

import java.util.regex.Pattern;

/// The name under which definitions are versioned: 1 to 128 of letters, digits, `.`, `_`, `-` and
/// `/`, starting with a letter or digit.
public record DefinitionName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

  public DefinitionName {
    if (!isValid(text)) {
      throw new IllegalArgumentException("definition name '" + text + "' is not valid");
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
