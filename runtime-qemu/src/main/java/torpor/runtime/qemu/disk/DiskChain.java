package torpor.runtime.qemu.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// A machine's writable disk in its directory.
///
/// @param files bottom first
/// @param bytes how large it looks to the guest
public record DiskChain(Path directory, List<DiskFile> files, long bytes) {
  private static final DiskFile BLANK = new DiskFile("disk-blank.ext4", DiskFile.Format.RAW);

  public DiskChain {
    files = List.copyOf(files);
  }

  /// An empty disk, formatted, with a layer to be written.
  public static DiskChain fresh(Path directory, long bytes, BlankDisks blanks)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Files.createLink(directory.resolve(BLANK.name()), blanks.fileSystem(bytes));
    return new DiskChain(directory, List.of(BLANK), bytes).withLayer(blanks);
  }

  /// A disk as it was frozen in another directory, with a layer to be written. What is in the
  /// directory already stays as it is.
  public static DiskChain thawed(
      Path frozen, List<DiskFile> files, Path directory, long bytes, BlankDisks blanks)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<DiskFile> linked = new ArrayList<>();
    for (DiskFile file : files) {
      linked.add(link(frozen.resolve(file.name()), directory, file));
    }
    return new DiskChain(directory, linked, bytes).withLayer(blanks);
  }

  /// Under its own name, unless another file has that: blank disks of one size may be made twice.
  private static DiskFile link(Path from, Path directory, DiskFile file) throws IOException {
    Path target = directory.resolve(file.name());
    if (!Files.exists(target)) {
      Files.createLink(target, from);
      return file;
    }
    if (Files.isSameFile(target, from)) {
      return file;
    }
    DiskFile other = new DiskFile("disk-" + UUID.randomUUID() + ".linked", file.format());
    Files.createLink(directory.resolve(other.name()), from);
    return other;
  }

  /// The disk of a machine that has ended, with a layer to be written: the last one, unless a
  /// snapshot has it too.
  public DiskChain reopened(BlankDisks blanks) throws IOException, InterruptedException {
    Path top = directory.resolve(files.getLast().name());
    boolean shared = (int) Files.getAttribute(top, "unix:nlink") > 1;
    return shared ? withLayer(blanks) : this;
  }

  /// With an empty layer on top.
  public DiskChain withLayer(BlankDisks blanks) throws IOException, InterruptedException {
    DiskFile layer = new DiskFile("disk-" + UUID.randomUUID() + ".qcow2", DiskFile.Format.QCOW2);
    blanks.newLayer(bytes, directory.resolve(layer.name()));
    List<DiskFile> more = new ArrayList<>(files);
    more.add(layer);
    return new DiskChain(directory, more, bytes);
  }

  /// Deletes the files between the first and the last here; snapshots keep them where they are.
  public void deleteBetween() throws IOException {
    for (DiskFile between : files.subList(1, files.size() - 1)) {
      Files.deleteIfExists(directory.resolve(between.name()));
    }
  }

  /// With nothing between the first file and the last.
  public DiskChain shortened() {
    return new DiskChain(directory, List.of(files.getFirst(), files.getLast()), bytes);
  }

  /// The last file, which is written.
  public Path top() {
    return directory.resolve(files.getLast().name());
  }

  /// Deletes what else there is in its directory; directories stay.
  ///
  /// @param spared the name of a file that is not a disk's
  public void deleteOthers(String spared) throws IOException {
    for (Path other : others(spared)) {
      Files.deleteIfExists(other);
    }
  }

  /// The other files in its directory.
  ///
  /// @param spared the name of a file that is not a disk's
  public List<Path> others(String spared) throws IOException {
    Set<String> named = files.stream().map(DiskFile::name).collect(Collectors.toSet());
    named.add(spared);
    try (var there = Files.list(directory)) {
      return there
          .filter(Files::isRegularFile)
          .filter(file -> !named.contains(String.valueOf(file.getFileName())))
          .toList();
    }
  }

  /// Hard-links every file into another directory. One that is there already is the same: names are
  /// given once.
  public void linkInto(Path other) throws IOException {
    for (DiskFile file : files) {
      Path link = other.resolve(file.name());
      if (!Files.exists(link)) {
        Files.createLink(link, directory.resolve(file.name()));
      }
    }
  }
}
