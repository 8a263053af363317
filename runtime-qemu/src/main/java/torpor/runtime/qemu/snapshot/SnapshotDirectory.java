package torpor.runtime.qemu.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import torpor.host.file.DurableFiles;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.snapshot.Manifest.FileEntry;

/// Reads and seals the directories of frozen machines.
public final class SnapshotDirectory {
  private static final String INDEX = ".index";

  private SnapshotDirectory() {}

  /// Reads the manifest and checks everything that can be checked without reading the memory or the
  /// disk: see [SeenContents#requireIntact] and [SnapshotCheck] for those.
  ///
  /// @throws SnapshotDamagedException where something is missing, short, or not what was written
  public static Manifest open(Path directory) throws IOException {
    Manifest manifest = look(directory);
    requireSums(directory, manifest);
    return manifest;
  }

  /// Reads the manifest, and sees that all it needs is there and has its length.
  ///
  /// @throws SnapshotDamagedException where something is missing or short
  public static Manifest look(Path directory) throws IOException {
    Manifest manifest = manifest(directory);
    for (FileEntry file : manifest.files()) {
      long bytes = size(directory.resolve(file.name()));
      if (bytes != file.bytes()) {
        throw new SnapshotDamagedException(
            "'%s' has %d bytes and not %d".formatted(file.name(), bytes, file.bytes()));
      }
    }
    requireListed(manifest);
    return manifest;
  }

  /// Compares what is read as a whole with its checksum.
  ///
  /// @throws SnapshotDamagedException where a file is not what was written
  public static void requireSums(Path directory, Manifest manifest) throws IOException {
    for (FileEntry file : manifest.files()) {
      if (file.crc32c().isPresent()
          && checksum(directory.resolve(file.name())) != file.crc32c().get()) {
        throw new SnapshotDamagedException(
            "'" + file.name() + "' is not what was written: its checksum differs");
      }
    }
  }

  /// Reads the manifest alone.
  public static Manifest manifest(Path directory) throws IOException {
    try {
      return ManifestJson.read(Files.readAllBytes(directory.resolve(Manifest.FILE)));
    } catch (NoSuchFileException missing) {
      throw new SnapshotDamagedException("it has no manifest, so it was never completed", missing);
    } catch (IOException malformed) {
      throw new SnapshotDamagedException(
          "its manifest '%s' is damaged: %s"
              .formatted(directory.resolve(Manifest.FILE), malformed.getMessage()),
          malformed);
    }
  }

  private static void requireListed(Manifest manifest) throws SnapshotDamagedException {
    List<String> names = manifest.files().stream().map(FileEntry::name).toList();
    Stream<String> needed =
        Stream.of(
                Stream.of(Manifest.STATE),
                Stream.concat(Stream.of(Manifest.BASE), manifest.layers().stream())
                    .flatMap(layer -> Stream.of(layer + ".pages", layer + INDEX)),
                manifest.disk().stream().map(file -> file.name()),
                manifest.volumes().stream()
                    .flatMap(volume -> volume.chain().stream())
                    .map(file -> file.name()))
            .flatMap(each -> each);
    Optional<String> missing = needed.filter(name -> !names.contains(name)).findFirst();
    if (missing.isPresent()) {
      throw new SnapshotDamagedException("its manifest does not list '" + missing.get() + "'");
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException missing) {
      throw new SnapshotDamagedException("'" + file.getFileName() + "' is missing", missing);
    }
  }

  /// The memory's files, the base first.
  public static List<LayerFiles> memory(Path directory, Manifest manifest) {
    List<LayerFiles> files = new ArrayList<>();
    files.add(LayerFiles.in(directory, Manifest.BASE));
    manifest.layers().forEach(layer -> files.add(LayerFiles.in(directory, layer)));
    return files;
  }

  /// Flushes every file, writes the manifest, and flushes that and the directory. What is new of
  /// the disk is read for its checksum while it is still in the host's memory.
  ///
  /// @param unsealed a manifest that lists no files yet
  public static Manifest seal(Path directory, Manifest unsealed, SeenContents seen)
      throws IOException {
    List<String> disk = unsealed.disk().stream().map(DiskFile::name).toList();
    List<FileEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        flush(file);
        entries.add(
            disk.contains(file.getFileName().toString())
                ? new FileEntry(
                    file.getFileName().toString(),
                    Files.size(file),
                    Optional.empty(),
                    Optional.of(seen.sum(file)))
                : entry(file));
      }
    }
    Manifest sealed = unsealed.withFiles(entries);
    write(sealed, directory.resolve(Manifest.FILE));
    flush(directory);
    seen.wrote(
        directory.resolve(Manifest.BASE + ".pages"), SeenContents.indexSum(sealed).orElse(0));
    return sealed;
  }

  /// What a manifest says of a file that is no disk's.
  private static FileEntry entry(Path file) throws IOException {
    return new FileEntry(
        file.getFileName().toString(),
        Files.size(file),
        isReadWhole(file) ? Optional.of(checksum(file)) : Optional.empty(),
        Optional.empty());
  }

  private static void write(Manifest manifest, Path file) throws IOException {
    Files.write(file, ManifestJson.write(manifest), StandardOpenOption.CREATE_NEW);
    flush(file);
  }

  /// Puts one layer in the place of several that follow each other, at once or not at all. The
  /// files of those stay, for whoever reads them still, and are named by no manifest any more.
  ///
  /// @param snapshot one that has these layers
  /// @param made the layer's files, flushed, on the same file system
  /// @param work a directory of one's own there
  public static void replace(
      Path snapshot, List<String> layers, String name, LayerFiles made, Path work)
      throws IOException {
    Manifest before = manifest(snapshot);
    LayerFiles here = LayerFiles.in(snapshot, name);
    Files.createLink(here.pages(), made.pages());
    Files.createLink(here.index(), made.index());
    Manifest after =
        before.withReplaced(layers, name, List.of(entry(here.pages()), entry(here.index())));
    Path next = work.resolve(Manifest.FILE);
    Files.deleteIfExists(next);
    write(after, next);
    Path current = snapshot.resolve(Manifest.FILE);
    // Replacing it makes no snapshot younger.
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(current));
    flush(snapshot);
    Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
    flush(snapshot);
  }

  private static boolean isReadWhole(Path file) {
    String name = file.getFileName().toString();
    return name.equals(Manifest.STATE) || name.equals(Manifest.CONFIG) || name.endsWith(INDEX);
  }

  /// Makes a file or a directory durable.
  public static void flush(Path path) throws IOException {
    DurableFiles.flush(path);
  }

  private static int checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(Files.readAllBytes(file));
    return (int) crc.getValue();
  }
}
