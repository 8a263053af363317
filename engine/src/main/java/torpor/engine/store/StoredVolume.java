package torpor.engine.store;

import torpor.core.instance.volume.Volume;

/// A volume as the store has it.
public record StoredVolume(Volume volume, Version version) {}
