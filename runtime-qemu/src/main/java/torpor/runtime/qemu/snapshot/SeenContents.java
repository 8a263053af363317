package torpor.runtime.qemu.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import torpor.runtime.qemu.host.SparseFiles;
import torpor.runtime.qemu.snapshot.Manifest.FileEntry;

/// The large files whose contents this process has seen to be right, because it wrote them or
/// compared them with their checksum. So each is read once in a daemon's life, before it is used
/// for the first time, and not at each restore. Thread-safe.
public final class SeenContents {
  /// How much of a disk is read before a restore; what is beyond it only a [SnapshotCheck] reads.
  private static final long MOST_OF_DISK = 256L << 20;

  private static final int MOST_REMEMBERED = 100_000;

  private final Map<Identity, Sum> known = new ConcurrentHashMap<>();

  /// @param seen whether the contents were seen to have it; it may be only what a manifest says
  private record Sum(int sum, boolean seen) {}

  /// A file by whatever name; one that is written to is another one.
  private record Identity(Object key, long bytes, FileTime modified) {}

  private static Identity identity(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Object key = attributes.fileKey();
    return new Identity(key == null ? file : key, attributes.size(), attributes.lastModifiedTime());
  }

  private boolean isSeen(Path file, int sum) throws IOException {
    return new Sum(sum, true).equals(known.get(identity(file)));
  }

  private void remember(Path file, Sum sum) throws IOException {
    if (known.size() >= MOST_REMEMBERED) {
      known.clear();
    }
    known.put(identity(file), sum);
  }

  /// The checksum that a file must have: as it was learned, else as it is now.
  int sum(Path file) throws IOException {
    Sum before = known.get(identity(file));
    if (before != null) {
      return before.sum();
    }
    int sum = ContentSum.of(file, () -> false);
    remember(file, new Sum(sum, true));
    return sum;
  }

  /// Takes over what a manifest says of the files in its directory: who shares one must not say
  /// anew what is right.
  public void learn(Path directory, Manifest manifest) throws IOException {
    for (FileEntry entry : manifest.files()) {
      Path file = directory.resolve(entry.name());
      if (entry.contents().isPresent() && !known.containsKey(identity(file))) {
        remember(file, new Sum(entry.contents().get(), false));
      }
    }
  }

  /// A base was just written with this index.
  void wrote(Path base, int indexSum) throws IOException {
    remember(base, new Sum(indexSum, true));
  }

  /// Compares what was not seen yet: the memory's base, and the disk's newest files as far as they
  /// have no more contents than can be read in passing.
  ///
  /// @throws SnapshotDamagedException where a file is not what was written
  public void requireIntact(Path directory, Manifest manifest) throws IOException {
    Path base = directory.resolve(Manifest.BASE + ".pages");
    int index = indexSum(manifest).orElse(0);
    if (!isSeen(base, index)) {
      SnapshotCheck.base(directory, manifest, () -> false);
      remember(base, new Sum(index, true));
    }
    long rest = MOST_OF_DISK;
    for (var disk : manifest.disk().reversed()) {
      Optional<FileEntry> entry = entry(manifest.files(), disk.name());
      if (entry.flatMap(FileEntry::contents).isEmpty()) {
        continue;
      }
      Path file = directory.resolve(disk.name());
      int sum = entry.get().contents().get();
      if (isSeen(file, sum)) {
        continue;
      }
      rest -= SparseFiles.data(file).stream().mapToLong(SparseFiles.Extent::bytes).sum();
      if (rest < 0) {
        return;
      }
      SnapshotCheck.disk(directory, entry.get(), () -> false);
      remember(file, new Sum(sum, true));
    }
  }

  static Optional<Integer> indexSum(Manifest manifest) {
    return entry(manifest.files(), Manifest.BASE + ".index").flatMap(FileEntry::crc32c);
  }

  private static Optional<FileEntry> entry(List<FileEntry> files, String name) {
    return files.stream().filter(file -> file.name().equals(name)).findFirst();
  }
}
