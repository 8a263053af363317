package torpor.wire.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A disk that outlives machines.
///
/// @param state `ready`, or what is being done to it
/// @param trouble why nothing can be done with it but to delete it
/// @param sizeGb in GiB; parts of one count as one
/// @param sizeBytes how large it looks inside
/// @param attachments the instances that have it, running or not
public record Volume(
    String id,
    String name,
    String state,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> trouble,
    Instant createdAt,
    long sizeGb,
    long sizeBytes,
    List<VolumeAttachment> attachments,
    List<VolumeSnapshot> snapshots,
    Map<String, String> tags) {
  public Volume {
    attachments = List.copyOf(attachments);
    snapshots = List.copyOf(snapshots);
    tags = Map.copyOf(tags);
  }
}
