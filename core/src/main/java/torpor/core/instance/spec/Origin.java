package torpor.core.instance.spec;

import torpor.core.instance.InstanceId;
import torpor.core.snapshot.SnapshotNumber;

/// What an instance began as.
public sealed interface Origin {

  /// @param source what the person wrote, such as `nginx:alpine`
  record Image(String source) implements Origin {}

  /// A fork: the memory and files of another instance, at one of its snapshots.
  record Fork(InstanceId source, SnapshotNumber snapshot, String image) implements Origin {}

  /// The image it was made from, directly or through its ancestors.
  default String imageSource() {
    return switch (this) {
      case Image(String source) -> source;
      case Fork(var _, var _, String image) -> image;
    };
  }
}
