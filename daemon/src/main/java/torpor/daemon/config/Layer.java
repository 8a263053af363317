package torpor.daemon.config;

import java.util.List;
import java.util.Map;

/// What one source says, and what is wrong with it as a whole.
///
/// @param values by name of the key, also of keys that do not exist
record Layer(Map<String, Given> values, List<Problem> problems) {
  Layer {
    values = Map.copyOf(values);
    problems = List.copyOf(problems);
  }

  static Layer of(Map<String, Given> values) {
    return new Layer(values, List.of());
  }
}
