package torpor.runtime.wasm.snapshot;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import torpor.engine.disk.FullDisk;
import torpor.runtime.wasm.files.PrivateFiles;
import torpor.runtime.wasm.memory.PagedMemory;
import torpor.runtime.wasm.snapshot.SnapshotException.Problem;

/// Writes the snapshots of one guest. Keeps its own links to the newest page files, so that the
/// next snapshot can be a delta whatever becomes of the directories written before.
///
/// Used while the guest is suspended, by one thread at a time.
public final class SnapshotWriter {
  private static final int LONGEST_CHAIN = 8;
  private static final int BUFFER = 1 << 16;

  private final String module;
  private final Path live;
  private final UnaryOperator<OutputStream> disk;
  private List<FileEntry> chain = List.of();
  private OptionalInt newest = OptionalInt.empty();
  private int nextPageFile = 1;

  /// What was written.
  ///
  /// @param bytes of the files that no earlier snapshot has
  public record Written(Manifest manifest, long bytes) {}

  /// @param live a directory of the guest's own, on the same file system as its snapshots
  public SnapshotWriter(String module, Path live) {
    this(module, live, UnaryOperator.identity());
  }

  /// @param disk put around every file written, to see what a failing disk does
  public SnapshotWriter(String module, Path live, UnaryOperator<OutputStream> disk) {
    this.module = module;
    this.live = live;
    this.disk = disk;
  }

  /// Starts from a restored snapshot, so that the first one written is a delta to it.
  void continueFrom(Manifest manifest, Path directory) throws IOException {
    Files.createDirectories(live);
    clear(live);
    for (FileEntry file : manifest.pages()) {
      Files.createLink(live.resolve(file.name()), directory.resolve(file.name()));
      int number = Integer.parseInt(file.name().substring(FileEntry.PAGES_PREFIX.length()));
      nextPageFile = Math.max(nextPageFile, number + 1);
    }
    chain = manifest.pages();
    newest = OptionalInt.of(manifest.number());
  }

  /// Writes snapshot `number` into `directory`, which is created, or emptied of an earlier attempt.
  /// When this returns, everything in it is durable. After a failure the guest can go on, or try
  /// again.
  public Written write(
      Path directory, int number, GuestState state, PagedMemory memory, PrivateFiles files)
      throws SnapshotException {
    memory.freeze();
    try {
      Files.createDirectories(live);
      Files.createDirectories(directory);
      clear(directory);
      return publish(directory, number, state, memory, files);
    } catch (IOException e) {
      discard(directory, e);
      throw failure(e);
    }
  }

  private Written publish(
      Path directory, int number, GuestState state, PagedMemory memory, PrivateFiles files)
      throws IOException {
    BitSet changed = memory.changedPages();
    boolean full = chain.isEmpty() || chain.size() >= LONGEST_CHAIN || deltasOutweighBase();
    List<FileEntry> pages = new ArrayList<>(full ? List.of() : chain);
    FileEntry written = writePages(memory, full ? all(memory) : changed, full);
    pages.add(written);
    List<FileEntry> listed = new ArrayList<>();
    for (FileEntry file : pages) {
      Files.createLink(directory.resolve(file.name()), live.resolve(file.name()));
      listed.add(file);
    }
    for (PrivateFiles.SealedSegment segment : files.seal()) {
      Files.createLink(directory.resolve(segment.fileName()), segment.path());
      listed.add(new FileEntry(segment.fileName(), segment.length(), segment.checksum()));
    }
    FileEntry stateFile =
        writeFile(
            directory,
            FileEntry.STATE,
            out -> {
              StateCodec.write(state, out);
              files.write(out);
            });
    listed.add(stateFile);
    Manifest manifest = new Manifest(module, number, full ? OptionalInt.empty() : newest, listed);
    byte[] encoded = manifest.encoded();
    writeFile(directory, Manifest.FILE_NAME, out -> out.write(encoded));
    flush(directory);
    settle(pages, number);
    memory.settle();
    return new Written(manifest, written.length() + stateFile.length() + encoded.length);
  }

  private boolean deltasOutweighBase() {
    long deltas = chain.stream().skip(1).mapToLong(FileEntry::length).sum();
    return deltas > chain.getFirst().length();
  }

  private static BitSet all(PagedMemory memory) {
    BitSet all = new BitSet();
    all.set(0, memory.pageCount());
    return all;
  }

  private FileEntry writePages(PagedMemory memory, BitSet pages, boolean full) throws IOException {
    String name = FileEntry.PAGES_PREFIX + nextPageFile;
    Files.deleteIfExists(live.resolve(name));
    FileEntry written =
        writeFile(live, name, out -> PageFileWriter.write(memory, pages, full, out));
    nextPageFile++;
    return written;
  }

  /// Page files of ours that the newest snapshot does not use are no longer needed here.
  private void settle(List<FileEntry> pages, int number) throws IOException {
    chain = List.copyOf(pages);
    newest = OptionalInt.of(number);
    List<String> used = pages.stream().map(FileEntry::name).toList();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(live)) {
      for (Path link : links) {
        if (!used.contains(link.getFileName().toString())) {
          Files.delete(link);
        }
      }
    }
  }

  @FunctionalInterface
  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  private FileEntry writeFile(Path directory, String name, Body body) throws IOException {
    CRC32C checksum = new CRC32C();
    try (FileOutputStream file = new FileOutputStream(directory.resolve(name).toFile());
        OutputStream checked = new CheckedOutputStream(disk.apply(file), checksum);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, BUFFER))) {
      body.write(out);
      out.flush();
      file.getFD().sync();
    }
    Path path = directory.resolve(name);
    return new FileEntry(name, Files.size(path), (int) checksum.getValue());
  }

  private static void flush(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void clear(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Files.delete(entry);
      }
    }
  }

  private static void discard(Path directory, IOException cause) {
    try {
      if (Files.isDirectory(directory)) {
        clear(directory);
        Files.delete(directory);
      }
    } catch (IOException alsoFailed) {
      cause.addSuppressed(alsoFailed);
    }
  }

  private static SnapshotException failure(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return new SnapshotException(
        FullDisk.isCauseOf(e) ? Problem.NO_SPACE : Problem.NOT_WRITTEN,
        "writing a snapshot: " + reason,
        e);
  }
}
