package torpor.cli.definition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.cli.CommandFailure;
import torpor.cli.JsonArgument;
import torpor.wire.DefinitionRequest;
import torpor.wire.Suggestion;
import torpor.wire.WireJson;

/// Reads a definition from a JSON or TOML file. Paths in it are relative to the file.
final class DefinitionFile {
  /// How a program is defined without a file.
  static final String OF_A_PROGRAM =
      "torpor definition add --runtime process --name NAME -- COMMAND ARGS";

  private DefinitionFile() {}

  /// @throws CommandFailure where it cannot be read or is no definition
  static DefinitionRequest read(Path file) {
    try {
      String text = Files.readString(file);
      boolean toml = file.toString().endsWith(".toml");
      String json = toml ? tomlAsJson(file, text) : text;
      JsonNode tree = WireJson.mapper().readTree(json);
      if (tree instanceof ObjectNode object && object.get("config") instanceof ObjectNode config) {
        resolvePaths(config, file.toAbsolutePath().normalize());
        object.putIfAbsent("version", object.stringNode("1"));
        if (!object.has("name")) {
          throw CommandFailure.badData(
              file + " is no definition", "it has no name", "add one: name = \"crawler\"");
        }
        return WireJson.reader(DefinitionRequest.class).readValue(tree.toString());
      }
      throw CommandFailure.badData(
          file + " is no definition",
          "it has no config",
          "see docs/cli.md for what a definition looks like");
    } catch (UnrecognizedPropertyException e) {
      String name = e.getPropertyName();
      List<String> known = e.getKnownPropertyIds().stream().map(Object::toString).toList();
      String remedy =
          Suggestion.nearest(name, known)
              .map(meant -> "did you mean " + meant + "?")
              .orElse("the fields are " + String.join(", ", known));
      throw CommandFailure.badData(file + " is no definition", "unknown field " + name, remedy)
          .causedBy(e);
    } catch (JacksonException e) {
      if (!file.toString().endsWith(".json") && !file.toString().endsWith(".toml")) {
        throw CommandFailure.badData(
                file + " is no definition",
                "one is a .toml or .json file, or a WebAssembly module, whose name ends in .wasm",
                "for a program write " + OF_A_PROGRAM)
            .causedBy(e);
      }
      TokenStreamLocation at = e.getLocation();
      String where = at == null || at.getLineNr() < 1 ? "" : ":" + at.getLineNr();
      throw CommandFailure.badData(
              file + where + " is no definition",
              JsonArgument.reason(e),
              "mend the file; a definition is in JSON, or in TOML where the name ends in .toml")
          .causedBy(e);
    } catch (IOException e) {
      throw CommandFailure.unreadable(file + " cannot be read", e);
    }
  }

  private static String tomlAsJson(Path file, String text) {
    TomlParseResult result = Toml.parse(text);
    if (result.hasErrors()) {
      String errors =
          result.errors().stream()
              .map(error -> file + ":" + error.position().line() + ": " + error.getMessage())
              .collect(Collectors.joining("\n        "));
      throw CommandFailure.badData(file + " is no TOML", errors, "mend the file");
    }
    return result.toJson();
  }

  /// The daemon works in another directory, so it is told whole paths.
  private static void resolvePaths(ObjectNode config, Path file) {
    resolve(config, "module", file);
    resolve(config, "workdir", file);
    if (config.get("command") instanceof ArrayNode command && isRelativePath(command.get(0))) {
      String program = command.get(0).stringValue();
      command.set(0, file.resolveSibling(program).normalize().toString());
    }
    if (config.get("mounts") instanceof ArrayNode mounts) {
      for (JsonNode mount : mounts) {
        if (mount instanceof ObjectNode object) {
          resolve(object, "source", file);
        }
      }
    }
  }

  /// A bare name is looked up in the daemon's PATH and stays as it is.
  private static boolean isRelativePath(@Nullable JsonNode program) {
    return program != null && program.isString() && program.stringValue().indexOf('/') > 0;
  }

  private static void resolve(ObjectNode object, String field, Path file) {
    JsonNode value = object.get(field);
    if (value != null && value.isString()) {
      object.put(field, file.resolveSibling(value.stringValue()).normalize().toString());
    }
  }
}
