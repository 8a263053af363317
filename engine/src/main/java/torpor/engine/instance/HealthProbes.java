package torpor.engine.instance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.Instance;
import torpor.core.instance.spec.HealthCheck;

/// Tries once whether what runs inside an instance answers. Thread-safe; returns at once.
@FunctionalInterface
public interface HealthProbes {

  /// @param outside the address by which the host reaches the instance; empty where it has none
  /// @return why it does not, empty where it does; never fails, and takes not much longer than
  ///   `timeout`
  CompletionStage<Optional<String>> probe(
      Instance instance, Optional<String> outside, HealthCheck.Probe probe, Duration timeout);
}
