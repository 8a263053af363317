package torpor.store.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON trees and their text.
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static String text(JsonNode tree) {
    return MAPPER.writeValueAsString(tree);
  }

  /// @throws IllegalStateException where a stored text is no JSON
  static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalStateException("stored JSON cannot be read: " + text, e);
    }
  }

  /// Empty where the value is absent or null.
  static Optional<JsonNode> optional(@Nullable JsonNode node) {
    return node == null || node.isNull() || node.isMissingNode()
        ? Optional.empty()
        : Optional.of(node);
  }

  static ObjectNode ofMap(Map<String, String> map) {
    ObjectNode object = object();
    map.forEach(object::put);
    return object;
  }

  /// In the order written.
  static Map<String, String> toMap(JsonNode object) {
    Map<String, String> map = new LinkedHashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().stringValue()));
    return Collections.unmodifiableMap(map);
  }
}
