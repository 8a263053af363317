package torpor.engine.caller;

import java.time.Duration;
import java.util.Optional;
import torpor.core.definition.DefinitionName;
import torpor.engine.store.JobInputs;

/// @param version a version, or `latest`
/// @param timeout replaces the definition's
public record SpawnRequest(
    DefinitionName definition,
    String version,
    JobInputs inputs,
    Optional<Duration> timeout,
    Optional<IdempotentRequest> idempotent) {}
