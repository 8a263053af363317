package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;

/// Creates a volume.
///
/// @param id a ULID of the caller's, with or without `vol_`; made up where absent
/// @param sizeGb in GiB; only what is made of a snapshot may leave it out
/// @param source empty for a volume with nothing in it
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record VolumeRequest(
    String name,
    Optional<Integer> sizeGb,
    Optional<String> id,
    Optional<VolumeSource> source,
    Map<String, String> tags) {
  public VolumeRequest {
    tags = Map.copyOf(tags);
  }
}
