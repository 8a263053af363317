package torpor.cli.output;

import tools.jackson.core.JacksonException;
import torpor.wire.WireJson;

/// JSON for people.
public final class PrettyJson {
  private PrettyJson() {}

  /// The document with every field on a line of its own; what is none stays as it is.
  public static String of(String json) {
    try {
      return WireJson.mapper().readTree(json).toPrettyString() + "\n";
    } catch (JacksonException notJson) {
      return json;
    }
  }
}
