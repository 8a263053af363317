package torpor.engine.caller;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;

/// A volume's create, as a caller asks for it.
///
/// @param id chosen by the caller; one is made up where empty
/// @param bytes at least what a snapshot's content has, which is also what it gets where empty
public record VolumeRequest(
    Optional<VolumeId> id,
    VolumeName name,
    OptionalLong bytes,
    Map<String, String> tags,
    VolumeContent content,
    Optional<IdempotentRequest> idempotent) {
  public VolumeRequest {
    tags = Map.copyOf(tags);
  }

  /// The same with another content.
  public VolumeRequest with(VolumeContent other) {
    return new VolumeRequest(id, name, bytes, tags, other, idempotent);
  }
}
