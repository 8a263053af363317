package torpor.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.wire.Suggestion;

/// Takes each value from the highest layer that has it, and gathers what is wrong anywhere.
/// Confined to one thread.
final class Resolution {
  private final List<Layer> layers;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Configuration.ShownValue> shown = new ArrayList<>();

  /// @param layers the strongest first
  Resolution(List<Layer> layers) {
    this.layers = List.copyOf(layers);
    for (Layer layer : layers) {
      problems.addAll(layer.problems());
      layer.values().entrySet().stream()
          .filter(entry -> !Key.NAMES.contains(entry.getKey()))
          .map(entry -> unknown(entry.getKey(), entry.getValue()))
          .sorted((a, b) -> a.where().compareTo(b.where()))
          .forEach(problems::add);
    }
  }

  private static Problem unknown(String name, Given given) {
    Optional<String> meant = Suggestion.nearest(name, Key.NAMES);
    return new Problem(
        given.origin().toString(),
        "unknown key " + name,
        meant
            .map(known -> "did you mean " + known + "?")
            .orElse("the keys are " + String.join(", ", Key.NAMES)));
  }

  /// The value of `key`; where a layer's is wrong, the problem is noted and the next one counts.
  <T> T value(Key<T> key, T builtIn) {
    Optional<T> found = Optional.empty();
    Origin origin = new Origin.BuiltIn();
    for (Layer layer : layers) {
      Given given = layer.values().get(key.name());
      if (given == null) {
        continue;
      }
      switch (key.type().reader().read(given)) {
        case Parsed.Value<T>(T value) -> {
          if (found.isEmpty()) {
            found = Optional.of(value);
            origin = given.origin();
          }
        }
        case Parsed.Bad<T>(String what, String remedy) ->
            problems.add(new Problem(given.origin().toString(), key.name() + " " + what, remedy));
      }
    }
    T value = found.orElse(builtIn);
    shown.add(new Configuration.ShownValue(key.name(), key.type().writer().write(value), origin));
    return value;
  }

  /// Notes what is wrong with a value that was worked out and not given.
  <T> T checked(Key<T> key, Parsed<T> parsed, T value) {
    if (parsed instanceof Parsed.Bad<T>(String what, String remedy)) {
      problems.add(new Problem("built in", key.name() + " " + what, remedy));
    }
    return value;
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  List<Configuration.ShownValue> shown() {
    return List.copyOf(shown);
  }
}
