package torpor.engine.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.RetryPolicy;

/// A definition about to be added; the store gives it its number.
public record NewDefinition(
    DefinitionName name,
    String version,
    RuntimeName runtime,
    JsonText config,
    RetryPolicy retry,
    Optional<Duration> timeout,
    int keepSnapshots,
    Map<String, String> metadata) {
  public NewDefinition {
    metadata = Map.copyOf(metadata);
  }
}
