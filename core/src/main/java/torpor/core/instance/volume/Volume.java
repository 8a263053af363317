package torpor.core.instance.volume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.snapshot.SnapshotNumber;

/// A disk with a file system, with everything that is known of it but who has it.
///
/// @param bytes how large it looks inside
/// @param tenure who alone has changed it, and since when; empty where nobody has, or somebody from
///   outside of all machines
/// @param snapshots of the volume itself, oldest first
/// @param lastSnapshot the highest number given out; 0 where none was
/// @param tags of the caller's
public record Volume(
    VolumeId id,
    VolumeName name,
    long bytes,
    VolumeState state,
    Optional<Tenure> tenure,
    List<VolumeSnapshot> snapshots,
    int lastSnapshot,
    Map<String, String> tags,
    Instant createdAt) {
  public static final long MIB = 1L << 20;

  /// Less than this, and a file system has no room for files.
  public static final long SMALLEST = 16 * MIB;

  /// What the file system's format can say.
  public static final long LARGEST = 16L << 40;

  public Volume {
    snapshots = List.copyOf(snapshots);
    tags = Map.copyOf(tags);
    if (bytes < SMALLEST || bytes > LARGEST || bytes % MIB != 0) {
      throw new IllegalArgumentException("not the size of a volume: " + bytes);
    }
  }

  /// The first row of a volume.
  public static Volume asked(
      VolumeId id, VolumeName name, long bytes, Map<String, String> tags, Instant now) {
    return new Volume(
        id, name, bytes, new VolumeState.Creating(), Optional.empty(), List.of(), 0, tags, now);
  }

  public Volume in(VolumeState next) {
    return new Volume(id, name, bytes, next, tenure, snapshots, lastSnapshot, tags, createdAt);
  }

  /// Ready, and of this size.
  public Volume ready(long now) {
    return new Volume(
        id, name, now, new VolumeState.Ready(), tenure, snapshots, lastSnapshot, tags, createdAt);
  }

  Volume under(Optional<Tenure> owner) {
    return new Volume(id, name, bytes, state, owner, snapshots, lastSnapshot, tags, createdAt);
  }

  /// Under way to its next snapshot.
  Volume snapshotting() {
    SnapshotNumber next = new SnapshotNumber(lastSnapshot + 1);
    return new Volume(
        id,
        name,
        bytes,
        new VolumeState.Snapshotting(next),
        tenure,
        snapshots,
        next.number(),
        tags,
        createdAt);
  }

  Volume with(List<VolumeSnapshot> known) {
    return new Volume(
        id, name, bytes, new VolumeState.Ready(), tenure, known, lastSnapshot, tags, createdAt);
  }

  Volume with(VolumeSnapshot taken) {
    List<VolumeSnapshot> more = new ArrayList<>(snapshots);
    more.add(taken);
    return with(more);
  }

  public Optional<VolumeSnapshot> snapshot(SnapshotNumber number) {
    return snapshots.stream().filter(snapshot -> snapshot.number().equals(number)).findFirst();
  }
}
