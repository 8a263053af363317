package torpor.runtime.wasm.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// One append-only file of blocks. Open until {@link #seal}, immutable from then on.
final class Segment {
  private static final int PIECE = 1 << 16;

  private final int number;
  private final Path path;
  private final FileChannel channel;
  private int slots;
  private int live;
  private boolean sealed;
  private int checksum;

  private Segment(int number, Path path, FileChannel channel) {
    this.number = number;
    this.path = path;
    this.channel = channel;
  }

  static Segment create(int number, Path path, FileChannel channel) {
    return new Segment(number, path, channel);
  }

  static Segment reopen(
      int number, Path path, FileChannel channel, int slots, int live, int checksum) {
    Segment segment = new Segment(number, path, channel);
    segment.slots = slots;
    segment.live = live;
    segment.checksum = checksum;
    segment.sealed = true;
    return segment;
  }

  int number() {
    return number;
  }

  Path path() {
    return path;
  }

  int slots() {
    return slots;
  }

  int live() {
    return live;
  }

  boolean sealed() {
    return sealed;
  }

  /// CRC-32C of the sealed file.
  int checksum() {
    return checksum;
  }

  int allocate() {
    if (sealed) {
      throw new IllegalStateException("a sealed segment takes no more blocks: " + path);
    }
    live++;
    return slots++;
  }

  void release() {
    live--;
  }

  /// Reads within a block; bytes never written are zeros.
  void read(int slot, int from, ByteBuffer target) throws IOException {
    long at = position(slot, from);
    while (target.hasRemaining()) {
      int got = channel.read(target, at);
      if (got < 0) {
        while (target.hasRemaining()) {
          target.put((byte) 0);
        }
        return;
      }
      at += got;
    }
  }

  void write(int slot, int from, ByteBuffer origin) throws IOException {
    if (sealed) {
      throw new IllegalStateException("a sealed segment is never written: " + path);
    }
    long at = position(slot, from);
    while (origin.hasRemaining()) {
      at += channel.write(origin, at);
    }
  }

  private static long position(int slot, int from) {
    return (long) slot * PrivateFiles.BLOCK_BYTES + from;
  }

  /// Makes the content durable and final. Repeating it after a failure is allowed.
  void seal() throws IOException {
    channel.force(true);
    checksum = checksum(channel);
    sealed = true;
  }

  long length() throws IOException {
    return channel.size();
  }

  void close() throws IOException {
    channel.close();
  }

  private static int checksum(FileChannel channel) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    for (long at = 0; ; ) {
      int got = channel.read(piece.clear(), at);
      if (got <= 0) {
        return (int) crc.getValue();
      }
      crc.update(piece.flip());
      at += got;
    }
  }
}
