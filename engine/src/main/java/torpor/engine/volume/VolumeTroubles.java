package torpor.engine.volume;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// Why the files of a volume may not be what its row says. Not written down: the next daemon looks
/// again. Thread-safe.
final class VolumeTroubles {
  private final Map<VolumeId, String> reasons = new ConcurrentHashMap<>();

  Optional<String> of(VolumeId id) {
    return Optional.ofNullable(reasons.get(id));
  }

  void put(VolumeId id, String why) {
    reasons.put(id, why);
  }

  /// All is well with it, or there is nothing of it any more.
  void end(VolumeId id) {
    reasons.remove(id);
  }

  /// Why nothing can be done with it now but to delete it.
  Optional<Refusal> refusal(Volume volume) {
    return of(volume.id())
        .map(why ->
            Refusal.of(
                RefusalCode.VOLUME_BUSY,
                "volume %s cannot be used: %s".formatted(volume.name(), why),
                "Delete it, or start the daemon again once the cause is gone."));
  }
}
