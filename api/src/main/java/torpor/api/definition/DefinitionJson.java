package torpor.api.definition;

import java.util.Optional;
import torpor.core.retry.TerminationReason;
import torpor.wire.Backoff;
import torpor.wire.Definition;
import torpor.wire.RawJson;
import torpor.wire.RetryPolicy;

/// Definitions as they are shown.
final class DefinitionJson {
  private DefinitionJson() {}

  static Definition of(torpor.core.definition.Definition definition) {
    return new Definition(
        definition.name().text(),
        definition.version(),
        definition.runtime().text(),
        new RawJson(definition.config().text()),
        policy(definition.retry()),
        definition.timeout(),
        definition.keepSnapshots(),
        definition.metadata(),
        definition.addedAt());
  }

  private static RetryPolicy policy(torpor.core.retry.RetryPolicy policy) {
    return new RetryPolicy(
        policy.maxAttempts(),
        backoff(policy.backoff()),
        policy.on().stream().map(TerminationReason::text).sorted().toList(),
        policy.from().text(),
        policy.crashLoopLimit());
  }

  private static Backoff backoff(torpor.core.retry.Backoff backoff) {
    return switch (backoff) {
      case torpor.core.retry.Backoff.Fixed(var delay) ->
          new Backoff(
              "fixed", Optional.of(delay), Optional.empty(), Optional.empty(), Optional.empty());
      case torpor.core.retry.Backoff.Exponential(var initial, var factor, var cap, var jitter) ->
          new Backoff(
              "exponential",
              Optional.of(initial),
              Optional.of(factor),
              Optional.of(cap),
              Optional.of(jitter));
    };
  }
}
