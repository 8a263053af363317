package torpor.runtime.wasm.files;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import torpor.engine.disk.FullDisk;
import torpor.runtime.wasm.wasi.DirectoryNode;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileTree;
import torpor.runtime.wasm.wasi.Node;

/// The private directory of one job; see the package for the layout.
///
/// Used by the guest's thread while it runs and by the checkpoint while it is suspended, never by
/// both.
public final class PrivateFiles implements FileTree, AutoCloseable {
  /// Unit of allocation and of copying.
  public static final int BLOCK_BYTES = 1 << 14;

  private static final long ROOT = 1;
  private static final int INODE_CHARGE = 4096;

  private final Clock clock;
  private final long quotaBytes;
  private final SegmentLog log;
  private final TreeMap<Long, Inode> inodes = new TreeMap<>();
  private long nextInode = ROOT + 1;
  private long charged;

  /// A sealed segment as a snapshot lists it.
  public record SealedSegment(String fileName, Path path, long length, int checksum) {}

  private PrivateFiles(Path directory, long quotaBytes, Clock clock) throws IOException {
    this.clock = clock;
    this.quotaBytes = quotaBytes;
    this.log = new SegmentLog(directory);
    clear(directory);
  }

  /// An empty private directory that keeps its segments in `directory`; whatever is there is
  /// dropped.
  public static PrivateFiles empty(Path directory, long quotaBytes, Clock clock)
      throws IOException {
    PrivateFiles files = new PrivateFiles(directory, quotaBytes, clock);
    files.inodes.put(ROOT, new PrivateDirectory(files, ROOT));
    return files;
  }

  /// The private directory of a snapshot: the table from `in`, the segments linked from `snapshot`.
  public static PrivateFiles restored(
      DataInput in, Path snapshot, Path directory, long quotaBytes, Clock clock)
      throws IOException {
    PrivateFiles files = new PrivateFiles(directory, quotaBytes, clock);
    files.read(in, snapshot);
    return files;
  }

  private static void clear(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
  }

  // ---- the tree

  @Override
  public DirectoryNode root() {
    return (PrivateDirectory) inode(ROOT);
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public Optional<Node> find(String identity) {
    return Optional.ofNullable(inodes.get(Long.parseLong(identity)));
  }

  Inode inode(long number) {
    Inode inode = inodes.get(number);
    if (inode == null) {
      throw new IllegalStateException("no inode " + number);
    }
    return inode;
  }

  PrivateFile newFile() {
    charge(INODE_CHARGE);
    PrivateFile file = new PrivateFile(this, nextInode++);
    inodes.put(file.number(), file);
    return file;
  }

  PrivateDirectory newDirectory() {
    charge(INODE_CHARGE);
    PrivateDirectory directory = new PrivateDirectory(this, nextInode++);
    inodes.put(directory.number(), directory);
    return directory;
  }

  void forget(Inode inode) {
    if (inodes.remove(inode.number()) != null) {
      charge(-INODE_CHARGE);
    }
  }

  /// Counts bytes against the quota; a positive amount that does not fit is refused.
  void charge(long bytes) {
    if (bytes > 0 && charged + bytes > quotaBytes) {
      throw new ErrnoException(Errno.DQUOT);
    }
    charged += bytes;
  }

  SegmentLog log() {
    return log;
  }

  long now() {
    Instant instant = clock.instant();
    return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
  }

  /// Bytes counted against the quota.
  public long usedBytes() {
    return charged;
  }

  /// Bytes that the segments of this generation take on disk, garbage included.
  public long segmentBytes() {
    return log.all().stream().mapToLong(s -> (long) s.slots() * BLOCK_BYTES).sum();
  }

  // ---- the checkpoint

  /// Makes everything written so far durable and final, compacting first when that pays. May be
  /// repeated after a failure; files stay usable in any case.
  public List<SealedSegment> seal() throws IOException {
    Set<Integer> victims = log.worthCompacting();
    if (!victims.isEmpty()) {
      for (Inode inode : inodes.values()) {
        if (inode instanceof PrivateFile file) {
          file.moveOutOf(victims);
        }
      }
    }
    log.seal();
    List<SealedSegment> sealed = new ArrayList<>();
    for (Segment segment : log.all()) {
      sealed.add(
          new SealedSegment(
              SegmentLog.fileName(segment.number()),
              segment.path(),
              segment.length(),
              segment.checksum()));
    }
    return sealed;
  }

  /// Writes the table, after {@link #seal}.
  public void write(DataOutput out) throws IOException {
    out.writeInt(log.nextNumber());
    out.writeInt(log.all().size());
    for (Segment segment : log.all()) {
      out.writeInt(segment.number());
      out.writeInt(segment.slots());
      out.writeInt(segment.live());
      out.writeInt(segment.checksum());
    }
    out.writeLong(nextInode);
    out.writeInt(inodes.size());
    for (Inode inode : inodes.values()) {
      out.writeLong(inode.number());
      out.writeBoolean(inode instanceof PrivateDirectory);
      inode.write(out);
    }
  }

  private void read(DataInput in, Path snapshot) throws IOException {
    log.numbersAfter(in.readInt() - 1);
    for (int left = in.readInt(); left > 0; left--) {
      int number = in.readInt();
      Path origin = snapshot.resolve(SegmentLog.fileName(number));
      log.adopt(number, origin, in.readInt(), in.readInt(), in.readInt());
    }
    nextInode = in.readLong();
    for (int left = in.readInt(); left > 0; left--) {
      long number = in.readLong();
      Inode inode =
          in.readBoolean() ? new PrivateDirectory(this, number) : new PrivateFile(this, number);
      inode.read(in);
      inodes.put(number, inode);
      charge(number == ROOT ? 0 : INODE_CHARGE);
    }
  }

  /// Drops files without a name that no restored descriptor refers to.
  public void dropOrphans() {
    for (Inode inode : List.copyOf(inodes.values())) {
      if (inode instanceof PrivateFile file) {
        file.dropIfUnused();
      }
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  static ErrnoException refused(IOException cause) {
    return new ErrnoException(FullDisk.isCauseOf(cause) ? Errno.NOSPC : Errno.IO);
  }
}
