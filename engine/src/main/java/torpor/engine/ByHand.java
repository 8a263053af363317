package torpor.engine;

import java.time.Duration;
import java.util.Optional;
import torpor.engine.image.Images;
import torpor.engine.instance.Capacity;
import torpor.engine.instance.HealthProbes;
import torpor.engine.instance.Machines;
import torpor.engine.network.Networks;
import torpor.engine.network.SlotLedger;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.VolumeStore;
import torpor.engine.volume.VolumeFiles;

/// What an engine needs beside [EngineParts] to serve machines that are driven by hand.
///
/// @param slots who has which of `networks`, machines of jobs included
/// @param drillEvery how often a snapshot is restored on trial; never where empty
public record ByHand(
    InstanceStore store,
    VolumeStore volumes,
    VolumeFiles volumeFiles,
    Images images,
    Networks networks,
    SlotLedger slots,
    Machines machines,
    HealthProbes probes,
    Capacity capacity,
    Optional<Duration> drillEvery) {}
