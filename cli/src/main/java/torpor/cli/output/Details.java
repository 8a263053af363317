package torpor.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// One thing, a line for each of its properties. Confined to one thread.
public final class Details {
  private record Line(String name, String value) {}

  private final List<Line> lines = new ArrayList<>();

  public Details line(String name, String value) {
    lines.add(new Line(name, value));
    return this;
  }

  /// A line only where there is something to say.
  public Details line(String name, Optional<String> value) {
    value.ifPresent(text -> line(name, text));
    return this;
  }

  /// `key=value`, as they are given on the command line.
  public static String pairs(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    var text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.name())
          .append(':')
          .repeat(" ", width - line.name().length() + 2)
          .append(line.value())
          .append('\n');
    }
    return text.toString();
  }
}
