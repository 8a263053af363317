package torpor.store.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Maps of text as a nullable column: an empty map is no value at all.
public final class TextMaps {
  private TextMaps() {}

  public static @Nullable String encode(Map<String, String> map) {
    return map.isEmpty() ? null : Json.text(Json.ofMap(map));
  }

  /// In the order written.
  public static Map<String, String> decode(@Nullable String text) {
    return text == null ? Map.of() : Json.toMap(Json.tree(text));
  }
}
