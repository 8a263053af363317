package torpor.cli.definition;

import torpor.cli.CommandFailure;

/// A definition as people name it: `name`, or `name@version`.
///
/// @param version `latest` where none is said
public record DefinitionReference(String name, String version) {

  /// @throws CommandFailure where it is none
  public static DefinitionReference parse(String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    String version = at < 0 ? "latest" : text.substring(at + 1);
    if (name.isBlank() || version.isBlank()) {
      throw CommandFailure.usage(
          "\"" + text + "\" names no definition", "write NAME or NAME@VERSION");
    }
    return new DefinitionReference(name, version);
  }
}
