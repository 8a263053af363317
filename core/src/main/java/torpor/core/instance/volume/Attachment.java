package torpor.core.instance.volume;

import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.VolumeMount;

/// A volume of an instance.
///
/// @param holds whether the instance has a machine, or memory, in which it is mounted
public record Attachment(
    InstanceId instance, InstanceName name, VolumeMount mount, boolean holds) {}
