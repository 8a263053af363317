package torpor.core.instance.volume;

import java.time.Instant;
import torpor.core.instance.InstanceId;

/// Since when nobody but one instance has changed a volume's content.
public record Tenure(InstanceId instance, Instant since) {}
