package torpor.daemon.command;

import java.util.List;
import torpor.daemon.config.Configuration;

/// What `config show -o json` prints.
record ShownSettings(List<Setting> settings) {
  ShownSettings {
    settings = List.copyOf(settings);
  }

  /// @param value as a person would write it, without secrets
  record Setting(String key, String value, String origin) {}

  static ShownSettings of(List<Configuration.ShownValue> values) {
    return new ShownSettings(
        values.stream()
            .map(shown -> new Setting(shown.key(), shown.value(), shown.origin().toString()))
            .toList());
  }
}
