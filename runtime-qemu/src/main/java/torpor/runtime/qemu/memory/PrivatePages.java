package torpor.runtime.qemu.memory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import torpor.host.process.ProcessMemory;

/// Which pages of a private file mapping a process has made its own. What it has not is still the
/// file's.
public final class PrivatePages {
  private static final int PRESENT = 63;
  private static final int SWAPPED = 62;
  private static final int OF_FILE = 61;
  private static final int ENTRY = Long.BYTES;
  private static final int AT_ONCE = 1 << 16;

  private PrivatePages() {}

  /// Finds where a process has mapped a file, the largest mapping of it.
  ///
  /// @param inode of the file; names change, and the same name may be another file by now
  /// @throws IOException where it is not mapped, or not in one piece of this length
  public static ProcessMemory mapping(long pid, long inode, long bytes) throws IOException {
    Path maps = Path.of("/proc", Long.toString(pid), "maps");
    for (String line : Files.readAllLines(maps, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      Optional<ProcessMemory> found = parse(pid, line, inode, bytes);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new IOException("process " + pid + " does not map its memory file in one piece");
  }

  /// `7f12c0000000-7f12d0000000 rw-p 00000000 fe:00 1234 /path`
  static Optional<ProcessMemory> parse(long pid, String line, long inode, long bytes) {
    String[] fields = line.split(" +", 6);
    if (fields.length < 6
        || !fields[1].startsWith("rw-p")
        || !fields[4].equals(Long.toString(inode))
        || Long.parseLong(fields[2], 16) != 0) {
      return Optional.empty();
    }
    String[] range = fields[0].split("-", 2);
    long from = Long.parseUnsignedLong(range[0], 16);
    long to = Long.parseUnsignedLong(range[1], 16);
    return to - from == bytes ? Optional.of(new ProcessMemory(pid, from, bytes)) : Optional.empty();
  }

  /// The pages of the mapping that are the process's own, in memory or swapped out.
  public static BitSet of(ProcessMemory memory) throws IOException {
    int count = Pages.count(memory.bytes());
    BitSet own = new BitSet(count);
    Path pagemap = Path.of("/proc", Long.toString(memory.pid()), "pagemap");
    ByteBuffer entries =
        ByteBuffer.allocateDirect(Math.min(count, AT_ONCE) * ENTRY).order(ByteOrder.nativeOrder());
    try (FileChannel file = FileChannel.open(pagemap, StandardOpenOption.READ)) {
      long start = memory.address() / Pages.SIZE;
      for (int page = 0; page < count; page += AT_ONCE) {
        int size = Math.min(AT_ONCE, count - page);
        entries.clear().limit(size * ENTRY);
        long position = (start + page) * ENTRY;
        while (entries.hasRemaining()) {
          int read = file.read(entries, position + entries.position());
          if (read < 0) {
            throw new EOFException("the page map of process " + memory.pid() + " ends early");
          }
        }
        mark(own, page, entries.flip().asLongBuffer());
      }
    }
    return own;
  }

  static void mark(BitSet own, int first, LongBuffer entries) {
    for (int i = 0; i < entries.limit(); i++) {
      if (isOwn(entries.get(i))) {
        own.set(first + i);
      }
    }
  }

  private static boolean isOwn(long entry) {
    boolean present = (entry >>> PRESENT & 1) != 0;
    boolean ofFile = (entry >>> OF_FILE & 1) != 0;
    boolean swapped = (entry >>> SWAPPED & 1) != 0;
    return (present && !ofFile) || swapped;
  }
}
