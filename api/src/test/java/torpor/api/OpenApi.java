package torpor.api;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `openapi.yaml`, to be asked.
final class OpenApi {
  private static final String LOCATION = "https://torpor.invalid/openapi.json";

  private final JsonNode document;
  private final SchemaRegistry schemas;

  private OpenApi(JsonNode document) {
    this.document = document;
    this.schemas =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(LOCATION, document.toString())));
  }

  static OpenApi load() {
    try (InputStream yaml = OpenApi.class.getResourceAsStream("/torpor/api/openapi.yaml")) {
      return new OpenApi(new YAMLMapper().readTree(yaml));
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException("Cannot read openapi.yaml", failure);
    }
  }

  /// One operation.
  ///
  /// @param pointer where it is in the document
  record Operation(String method, String path, String pointer, JsonNode node) {
    String id() {
      return node.path("operationId").asString();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  List<Operation> operations() {
    return document.path("paths").propertyStream().flatMap(this::operations).toList();
  }

  private Stream<Operation> operations(Map.Entry<String, JsonNode> path) {
    return path.getValue()
        .propertyStream()
        .filter(entry -> !entry.getKey().equals("parameters"))
        .map(entry ->
            new Operation(
                entry.getKey().toUpperCase(java.util.Locale.ROOT),
                path.getKey(),
                "/paths/" + escaped(path.getKey()) + "/" + entry.getKey(),
                entry.getValue()));
  }

  /// Parameters of the operation and of its path, references followed.
  List<JsonNode> parameters(Operation operation) {
    return Stream.concat(
            document.path("paths").path(operation.path()).path("parameters").valueStream(),
            operation.node().path("parameters").valueStream())
        .map(this::followed)
        .toList();
  }

  JsonNode followed(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
  }

  /// What is wrong with `json` by the schema at `pointer`; nothing if nothing is.
  List<String> faults(String pointer, String json) {
    Schema schema = schemas.getSchema(SchemaLocation.of(LOCATION + "#" + pointer));
    return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }

  /// Every schema with examples beside it: media types of bodies and answers.
  List<String> mediaTypePointers() {
    return collect("", document).toList();
  }

  private Stream<String> collect(String pointer, JsonNode node) {
    Stream<String> here =
        node.has("schema") && node.has("examples") ? Stream.of(pointer) : Stream.of();
    Stream<String> below =
        node.isObject()
            ? node.propertyStream()
                .flatMap(e -> collect(pointer + "/" + escaped(e.getKey()), e.getValue()))
            : Stream.of();
    return Stream.concat(here, below);
  }

  JsonNode at(String pointer) {
    return document.at(pointer);
  }

  static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
