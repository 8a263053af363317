package torpor.runtime.wasm.wasi;

import run.endive.runtime.Memory;
import run.endive.runtime.WasmInterruptedException;

/// Scatter and gather lists in guest memory, moved in pieces so that a guest cannot make the host
/// allocate more than a piece at once.
final class Vectors {
  private static final int ENTRY_BYTES = 8;
  private static final int PIECE = 1 << 16;
  private static final int MOST_ENTRIES = 1024;
  private static final int MOST_BYTES = 1 << 30;

  @FunctionalInterface
  interface Reader {
    /// Fills up to `length` bytes of the array; fewer (or 0) at the end.
    int read(byte[] target, int length);
  }

  @FunctionalInterface
  interface Writer {
    void write(byte[] bytes);
  }

  private Vectors() {}

  static int scatter(Memory memory, int list, int count, Reader reader) {
    requireFew(count);
    int total = 0;
    byte[] piece = new byte[0];
    for (int i = 0; i < count; i++) {
      int at = memory.readInt(list + i * ENTRY_BYTES);
      int left = length(memory, list, i);
      while (left > 0 && mayGoOn(total)) {
        int wanted = Math.min(left, PIECE);
        if (piece.length < wanted) {
          piece = new byte[wanted];
        }
        int got = reader.read(piece, wanted);
        memory.write(at, piece, 0, got);
        total += got;
        if (got < wanted) {
          return total;
        }
        at += got;
        left -= got;
      }
    }
    return total;
  }

  static int gather(Memory memory, int list, int count, Writer writer) {
    requireFew(count);
    int total = 0;
    for (int i = 0; i < count; i++) {
      int at = memory.readInt(list + i * ENTRY_BYTES);
      int left = length(memory, list, i);
      while (left > 0 && mayGoOn(total)) {
        int part = Math.min(left, PIECE);
        writer.write(memory.readBytes(at, part));
        total += part;
        at += part;
        left -= part;
      }
    }
    return total;
  }

  private static void requireFew(int count) {
    if (count < 0 || count > MOST_ENTRIES) {
      throw new ErrnoException(Errno.INVAL);
    }
  }

  /// One call moves a bounded amount, and ends when its guest is to end.
  private static boolean mayGoOn(int total) {
    if (Thread.currentThread().isInterrupted()) {
      throw new WasmInterruptedException("interrupted while moving bytes");
    }
    return total < MOST_BYTES;
  }

  private static int length(Memory memory, int list, int index) {
    int length = memory.readInt(list + index * ENTRY_BYTES + 4);
    if (length < 0) {
      throw new ErrnoException(Errno.FAULT);
    }
    return length;
  }
}
