package torpor.core.instance.volume;

import java.util.Locale;
import torpor.core.snapshot.SnapshotNumber;

/// What is being done to a volume. All but [Ready] are intents: durable before anything on disk is
/// touched, so that a new daemon finds in them what was under way.
public sealed interface VolumeState {

  /// Nothing of it counts yet.
  record Creating() implements VolumeState {}

  record Ready() implements VolumeState {}

  /// @param bytes that it is to have
  record Resizing(long bytes) implements VolumeState {}

  /// @param number of the snapshot being taken
  record Snapshotting(SnapshotNumber number) implements VolumeState {}

  /// Nothing of it counts any more.
  record Deleting() implements VolumeState {}

  default String text() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
