package torpor.daemon.config;

import java.util.List;

/// What loading gave: settings, or everything that is wrong.
public sealed interface Configuration {

  /// @param values every value with its origin, in the order of the documentation
  record Valid(Settings settings, List<ShownValue> values) implements Configuration {
    public Valid {
      values = List.copyOf(values);
    }
  }

  /// @param problems at least one
  record Invalid(List<Problem> problems) implements Configuration {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("no problem");
      }
    }
  }

  /// @param value as a person would write it, without secrets
  record ShownValue(String key, String value, Origin origin) {}
}
