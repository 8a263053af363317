package torpor.core.instance.spec;

import java.util.regex.Pattern;

/// The name a person gives an instance, unique on a node and fit to be a host name: 1 to 63 lower
/// case letters, digits and dashes, no dash at either end.
public record InstanceName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  public static final String GRAMMAR =
      "1 to 63 lower-case letters, digits and dashes, with no dash at either end";

  public InstanceName {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not an instance name: " + text);
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
