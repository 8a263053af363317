package torpor.images.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import torpor.core.image.ImageDigest;
import torpor.images.refused.ImageRefusedException;

/// A JSON object from outside, with the ways in which we look at one. What is missing is empty.
record Document(String what, JsonNode tree) {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  static Document parse(String what, byte[] json) throws ImageRefusedException {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw ImageRefusedException.damaged("the %s of the image is no JSON".formatted(what));
    }
    if (!tree.isObject()) {
      throw ImageRefusedException.damaged("the %s of the image is no object".formatted(what));
    }
    return new Document(what, tree);
  }

  boolean has(String field) {
    return tree.path(field).isContainer();
  }

  Document child(String field) {
    return new Document(what, tree.path(field));
  }

  List<Document> children(String field) {
    List<Document> children = new ArrayList<>();
    tree.path(field).forEach(node -> children.add(new Document(what, node)));
    return children;
  }

  Optional<String> text(String field) {
    JsonNode node = tree.path(field);
    return node.isString() && !node.stringValue().isEmpty()
        ? Optional.of(node.stringValue())
        : Optional.empty();
  }

  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    tree.path(field)
        .forEach(node -> {
          if (node.isString()) {
            texts.add(node.stringValue());
          }
        });
    return texts;
  }

  List<String> keys(String field) {
    return List.copyOf(tree.path(field).propertyNames());
  }

  Map<String, String> textMap(String field) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String key : keys(field)) {
      child(field).text(key).ifPresent(value -> map.put(key, value));
    }
    return map;
  }

  ImageDigest digest(String field) throws ImageRefusedException {
    return asDigest(text(field).orElse("nothing"));
  }

  ImageDigest asDigest(String text) throws ImageRefusedException {
    if (!ImageDigest.isValid(text)) {
      throw ImageRefusedException.damaged(
          "the %s of the image has a digest that is not sha256: %s"
              .formatted(what, text.length() <= 100 ? text : text.substring(0, 100)));
    }
    return new ImageDigest(text);
  }

  /// In bytes; 0 where there is none.
  long size() throws ImageRefusedException {
    long size = tree.path("size").asLong(0);
    if (size < 0) {
      throw ImageRefusedException.damaged(
          "the %s of the image has a negative size".formatted(what));
    }
    return size;
  }
}
