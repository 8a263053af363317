package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.time.Instant;

/// What stands before each entry of a copy, as `guest/init/README.md` has it. Pure.
///
/// @param kind the protocol's letter
/// @param pathLength in bytes
/// @param size in bytes: of the content, or of a link's target
record EntryHeader(
    char kind, int pathLength, int mode, int uid, int gid, Instant modified, long size) {
  static final int LENGTH = 40;
  static final int LONGEST_PATH = 4095;
  static final int ALL_PERMISSIONS = 07777;
  static final char DIRECTORY = 'd';
  static final char FILE = 'f';
  static final char LINK = 'l';
  static final char OTHER = 'o';
  static final char END = 'e';
  private static final int BILLION = 1_000_000_000;

  static EntryHeader end() {
    return new EntryHeader(END, 0, 0, 0, 0, Instant.EPOCH, 0);
  }

  void put(ByteBuffer into) {
    into.put((byte) kind)
        .put((byte) 0)
        .putShort((short) pathLength)
        .putInt(mode)
        .putInt(uid)
        .putInt(gid)
        .putLong(modified.getEpochSecond())
        .putInt(modified.getNano())
        .putInt(0)
        .putLong(size);
  }

  /// @throws MalformedCopyException where it is not as the protocol says
  static EntryHeader take(ByteBuffer from) throws MalformedCopyException {
    char kind = (char) (from.get() & 0xff);
    int zero = from.get();
    int pathLength = from.getShort() & 0xffff;
    int mode = from.getInt();
    int uid = from.getInt();
    int gid = from.getInt();
    long seconds = from.getLong();
    int nanos = from.getInt();
    zero |= from.getInt();
    long size = from.getLong();
    boolean end = kind == END;
    if (zero != 0 || nanos < 0 || nanos >= BILLION || (mode & ~ALL_PERMISSIONS) != 0) {
      throw new MalformedCopyException("an entry has a field out of range");
    }
    if (end ? pathLength != 0 : pathLength == 0 || pathLength > LONGEST_PATH) {
      throw new MalformedCopyException("an entry has a path of " + pathLength + " bytes");
    }
    if (!isSize(kind, size)) {
      throw new MalformedCopyException("an entry of kind " + kind + " has the size " + size);
    }
    return new EntryHeader(kind, pathLength, mode, uid, gid, moment(seconds, nanos), size);
  }

  private static boolean isSize(char kind, long size) throws MalformedCopyException {
    return switch (kind) {
      case FILE -> size >= 0;
      case LINK -> size > 0 && size <= LONGEST_PATH;
      case DIRECTORY, OTHER, END -> size == 0;
      default -> throw new MalformedCopyException("an entry is of the unknown kind " + (int) kind);
    };
  }

  /// A file's time can be outside of what an [Instant] can be.
  private static Instant moment(long seconds, int nanos) {
    return seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()
        ? Instant.EPOCH
        : Instant.ofEpochSecond(seconds, nanos);
  }
}
