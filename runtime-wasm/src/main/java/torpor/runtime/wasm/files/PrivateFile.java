package torpor.runtime.wasm.files;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;
import torpor.runtime.wasm.wasi.FileType;

/// A regular file: its size, and the address of each block it has; what has none reads as zeros,
/// and costs the host nothing however far out a program writes.
final class PrivateFile extends Inode implements FileNode {
  private static final int BLOCK = PrivateFiles.BLOCK_BYTES;
  private static final long MAX_BYTES = 1L << 40;

  private long size;
  private final TreeMap<Integer, Long> blocks = new TreeMap<>();
  private boolean linked = true;
  private int descriptors;

  PrivateFile(PrivateFiles files, long number) {
    super(files, number);
  }

  @Override
  FileType type() {
    return FileType.REGULAR_FILE;
  }

  @Override
  long size() {
    return size;
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    int wanted = (int) Math.max(0, Math.min(length, size - position));
    try {
      for (int done = 0; done < wanted; ) {
        long at = position + done;
        int from = (int) (at % BLOCK);
        int part = Math.min(wanted - done, BLOCK - from);
        readBlock((int) (at / BLOCK), from, ByteBuffer.wrap(target, offset + done, part));
        done += part;
      }
      return wanted;
    } catch (IOException e) {
      throw PrivateFiles.refused(e);
    }
  }

  private void readBlock(int index, int from, ByteBuffer target) throws IOException {
    long address = blocks.getOrDefault(index, SegmentLog.NO_BLOCK);
    if (address == SegmentLog.NO_BLOCK) {
      target.put(new byte[target.remaining()]);
    } else {
      files().log().read(address, from, target);
    }
  }

  @Override
  public void write(long position, byte[] origin, int offset, int length) {
    if (position + length > MAX_BYTES) {
      throw new ErrnoException(Errno.FBIG);
    }
    try {
      for (int done = 0; done < length; ) {
        long at = position + done;
        int from = (int) (at % BLOCK);
        int part = Math.min(length - done, BLOCK - from);
        int index = (int) (at / BLOCK);
        ByteBuffer piece = ByteBuffer.wrap(origin, offset + done, part);
        files().log().write(ownBlock(index, part), from, piece);
        done += part;
        size = Math.max(size, at + part);
      }
      touched();
    } catch (IOException e) {
      throw PrivateFiles.refused(e);
    }
  }

  /// The address of a block that may be written, with its old content where the write leaves any.
  private long ownBlock(int index, int part) throws IOException {
    long old = blocks.getOrDefault(index, SegmentLog.NO_BLOCK);
    SegmentLog log = files().log();
    if (log.inPlace(old)) {
      return old;
    }
    long own;
    if (old == SegmentLog.NO_BLOCK) {
      files().charge(BLOCK);
      own = log.allocate();
    } else {
      own = part < BLOCK ? copied(old) : log.allocate();
      log.release(old);
    }
    blocks.put(index, own);
    return own;
  }

  private long copied(long old) throws IOException {
    SegmentLog log = files().log();
    long own = log.allocate();
    try {
      copy(old, own);
      return own;
    } catch (IOException e) {
      log.release(own);
      throw e;
    }
  }

  private void copy(long old, long own) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(BLOCK);
    files().log().read(old, 0, content);
    files().log().write(own, 0, content.flip());
  }

  @Override
  public void resize(long newSize) {
    if (newSize > MAX_BYTES) {
      throw new ErrnoException(Errno.FBIG);
    }
    try {
      if (newSize < size) {
        int kept = (int) ((newSize + BLOCK - 1) / BLOCK);
        drop(blocks.tailMap(kept, true));
        clearTail(newSize);
      }
      size = newSize;
      touched();
    } catch (IOException e) {
      throw PrivateFiles.refused(e);
    }
  }

  /// Bytes after the end must read as zeros if the file grows again.
  private void clearTail(long newSize) throws IOException {
    int from = (int) (newSize % BLOCK);
    int index = (int) (newSize / BLOCK);
    if (from > 0 && blocks.containsKey(index)) {
      int part = BLOCK - from;
      files().log().write(ownBlock(index, part), from, ByteBuffer.allocate(part));
    }
  }

  private void drop(Map<Integer, Long> unwanted) {
    for (long address : unwanted.values()) {
      files().log().release(address);
      files().charge(-BLOCK);
    }
    unwanted.clear();
  }

  /// Writes the blocks that live in these segments again, so that the segments become garbage.
  void moveOutOf(Set<Integer> segments) throws IOException {
    for (Map.Entry<Integer, Long> block : blocks.entrySet()) {
      long old = block.getValue();
      if (segments.contains((int) (old >>> 32))) {
        block.setValue(copied(old));
        files().log().release(old);
      }
    }
  }

  /// The file's last name is gone: its content goes with the last descriptor.
  void unlinked() {
    linked = false;
    dropIfUnused();
  }

  @Override
  public void opened() {
    descriptors++;
  }

  @Override
  public void closed() {
    descriptors--;
    dropIfUnused();
  }

  void dropIfUnused() {
    if (!linked && descriptors == 0) {
      drop(blocks);
      files().forget(this);
    }
  }

  @Override
  void write(DataOutput out) throws IOException {
    super.write(out);
    out.writeLong(size);
    out.writeBoolean(linked);
    out.writeInt(blocks.size());
    for (Map.Entry<Integer, Long> block : blocks.entrySet()) {
      out.writeInt(block.getKey());
      out.writeLong(block.getValue());
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    super.read(in);
    size = in.readLong();
    linked = in.readBoolean();
    for (int left = in.readInt(); left > 0; left--) {
      blocks.put(in.readInt(), in.readLong());
      files().charge(BLOCK);
    }
  }
}
