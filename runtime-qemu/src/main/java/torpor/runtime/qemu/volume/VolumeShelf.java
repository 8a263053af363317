package torpor.runtime.qemu.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import torpor.core.instance.volume.VolumeId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.runtime.qemu.disk.DiskChain;

/// Where volumes are.
public record VolumeShelf(Path root) {
  private static final String SNAPSHOTS = "snapshots";
  private static final String UNFINISHED = ".staging-";

  public Path of(VolumeId id) {
    return root.resolve(id.ulid());
  }

  Path snapshots(VolumeId id) {
    return of(id).resolve(SNAPSHOTS);
  }

  Path snapshot(VolumeId id, SnapshotNumber number) {
    return snapshots(id).resolve(Integer.toString(number.number()));
  }

  Path unfinished(VolumeId id, SnapshotNumber number) {
    return snapshots(id).resolve(UNFINISHED + number.number());
  }

  /// Those that have a directory.
  Set<VolumeId> all() throws IOException {
    Set<VolumeId> all = new HashSet<>();
    if (Files.exists(root)) {
      try (var there = Files.newDirectoryStream(root)) {
        for (Path directory : there) {
          String name = String.valueOf(directory.getFileName());
          if (VolumeId.isValid(name)) {
            all.add(new VolumeId(name));
          }
        }
      }
    }
    return all;
  }

  /// The chain's files under the same names in another directory.
  static DiskChain linked(DiskChain chain, Path into) throws IOException {
    Files.createDirectories(into);
    chain.linkInto(into);
    return new DiskChain(into, chain.files(), chain.bytes());
  }
}
