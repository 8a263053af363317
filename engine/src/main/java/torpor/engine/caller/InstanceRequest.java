package torpor.engine.caller;

import java.util.Optional;
import torpor.core.instance.spec.InstanceSpec;

/// A create, as a caller asks for it.
public record InstanceRequest(InstanceSpec spec, Optional<IdempotentRequest> idempotent) {}
