package torpor.engine.store;

import torpor.core.instance.Instance;

/// A hand-driven instance as the store has it.
public record StoredInstance(Instance instance, Version version) {}
