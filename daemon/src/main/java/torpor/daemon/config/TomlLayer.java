package torpor.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/// Reads one TOML text into what it says about each key.
final class TomlLayer {
  private TomlLayer() {}

  /// @param origin where a value at this position comes from
  static Layer read(String text, Path base, Function<TomlPosition, Origin> origin) {
    TomlParseResult table = Toml.parse(text);
    Map<String, Given> values = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    table
        .errors()
        .forEach(error ->
            problems.add(
                new Problem(
                    origin.apply(error.position()).toString(),
                    "this is no TOML: " + error.getMessage(),
                    "see https://toml.io for how it is written")));
    for (List<String> path : table.keyPathSet(false)) {
      TomlPosition position = table.inputPositionOf(path);
      Object value = table.get(path);
      if (position != null && value != null) {
        Given given = new Given(content(value), origin.apply(position), base);
        values.put(String.join(".", path), given);
      }
    }
    return new Layer(values, problems);
  }

  private static Given.Content content(Object value) {
    return switch (value) {
      case String text -> new Given.Content.Quoted(text);
      case Long number -> new Given.Content.Whole(number);
      case Boolean _ -> new Given.Content.Other("true or false");
      case Double number -> new Given.Content.Decimal(number);
      case TomlArray array when array.toList().stream().allMatch(String.class::isInstance) ->
          new Given.Content.Texts(array.toList().stream().map(String.class::cast).toList());
      case TomlArray _ -> new Given.Content.Other("a list");
      default -> new Given.Content.Other("a date or a table");
    };
  }
}
