package torpor.runtime.qemu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import torpor.core.machine.ExitStatus;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.VolumeOrder;

/// A machine that somebody wants.
///
/// @param config empty for one that comes out of a snapshot
/// @param env what the system and the caller set; wins
/// @param keepsDisk whether it begins with what its last life left on its disk
/// @param volumes in the order of their numbers
/// @param ended told once when it ends by itself
record Order(
    Place place,
    Identity identity,
    Optional<MachineConfig> config,
    Map<String, String> env,
    boolean keepsDisk,
    List<VolumeOrder> volumes,
    Consumer<ExitStatus> ended) {}
