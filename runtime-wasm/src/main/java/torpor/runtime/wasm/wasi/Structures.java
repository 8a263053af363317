package torpor.runtime.wasm.wasi;

import java.time.Instant;
import run.endive.runtime.Memory;

/// The structures of WASI preview 1 that more than one call writes or reads.
final class Structures {
  private static final int ACCESSED = 1;
  private static final int ACCESSED_NOW = 2;
  private static final int MODIFIED = 4;
  private static final int MODIFIED_NOW = 8;

  private Structures() {}

  static void writeStat(Memory memory, int at, Stat stat) {
    memory.writeLong(at, 1);
    memory.writeLong(at + 8, stat.inode());
    memory.writeLong(at + 16, stat.type().code());
    memory.writeLong(at + 24, 1);
    memory.writeLong(at + 32, stat.size());
    memory.writeLong(at + 40, stat.accessed());
    memory.writeLong(at + 48, stat.modified());
    memory.writeLong(at + 56, stat.changed());
  }

  static void setTimes(Node node, long accessed, long modified, int flags) {
    boolean both = (flags & (ACCESSED | ACCESSED_NOW)) == (ACCESSED | ACCESSED_NOW);
    if (both || (flags & (MODIFIED | MODIFIED_NOW)) == (MODIFIED | MODIFIED_NOW)) {
      throw new ErrnoException(Errno.INVAL);
    }
    Stat before = node.stat();
    node.setTimes(
        chosen(flags, ACCESSED, ACCESSED_NOW, accessed, before.accessed()),
        chosen(flags, MODIFIED, MODIFIED_NOW, modified, before.modified()));
  }

  private static long chosen(int flags, int given, int now, long value, long before) {
    if ((flags & now) != 0) {
      Instant instant = Instant.now();
      return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
    return (flags & given) != 0 ? value : before;
  }
}
