package torpor.runtime.wasm.files;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;
import torpor.runtime.wasm.wasi.FileType;

/// A regular file: its size, and the address of each of its blocks.
final class PrivateFile extends Inode implements FileNode {
  private static final int BLOCK = PrivateFiles.BLOCK_BYTES;
  private static final long MAX_BYTES = 1L << 40;

  private long size;
  private long[] blocks = new long[0];
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
    long address = index < blocks.length ? blocks[index] : SegmentLog.NO_BLOCK;
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
    if (index >= blocks.length) {
      blocks = Arrays.copyOf(blocks, Math.max(index + 1, blocks.length + blocks.length / 2));
    }
    long old = blocks[index];
    SegmentLog log = files().log();
    if (log.inPlace(old)) {
      return old;
    }
    if (old == SegmentLog.NO_BLOCK) {
      files().charge(BLOCK);
      blocks[index] = log.allocate();
    } else {
      blocks[index] = part < BLOCK ? copied(old) : log.allocate();
      log.release(old);
    }
    return blocks[index];
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
        for (int i = kept; i < blocks.length; i++) {
          drop(i);
        }
        blocks = Arrays.copyOf(blocks, Math.min(blocks.length, kept));
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
    if (from > 0 && index < blocks.length && blocks[index] != SegmentLog.NO_BLOCK) {
      int part = BLOCK - from;
      files().log().write(ownBlock(index, part), from, ByteBuffer.allocate(part));
    }
  }

  private void drop(int index) {
    if (blocks[index] != SegmentLog.NO_BLOCK) {
      files().log().release(blocks[index]);
      files().charge(-BLOCK);
      blocks[index] = SegmentLog.NO_BLOCK;
    }
  }

  /// Writes the blocks that live in these segments again, so that the segments become garbage.
  void moveOutOf(Set<Integer> segments) throws IOException {
    for (int i = 0; i < blocks.length; i++) {
      long old = blocks[i];
      if (old != SegmentLog.NO_BLOCK && segments.contains((int) (old >>> 32))) {
        blocks[i] = copied(old);
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
      for (int i = 0; i < blocks.length; i++) {
        drop(i);
      }
      blocks = new long[0];
      files().forget(this);
    }
  }

  @Override
  void write(DataOutput out) throws IOException {
    super.write(out);
    out.writeLong(size);
    out.writeBoolean(linked);
    out.writeInt(blocks.length);
    for (long block : blocks) {
      out.writeLong(block);
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    super.read(in);
    size = in.readLong();
    linked = in.readBoolean();
    blocks = new long[in.readInt()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = in.readLong();
      if (blocks[i] != SegmentLog.NO_BLOCK) {
        files().charge(BLOCK);
      }
    }
  }
}
