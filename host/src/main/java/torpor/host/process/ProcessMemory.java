package torpor.host.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Part of another process's memory, read and written by that process's own page tables. The
/// process is a child of ours or of an earlier daemon of the same user. Not for concurrent use of
/// the same transfer buffer; otherwise stateless.
///
/// @param pid of the process; whoever uses this holds it stopped and alive
/// @param address where the part begins
/// @param bytes its length
public record ProcessMemory(long pid, long address, long bytes) {
  /// The kernel takes no more pieces in one call.
  public static final int MOST_PIECES = 1024;

  private static final long VECTOR = 16;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

  /// A part of it, in bytes from its beginning.
  public record Piece(long offset, long length) {}

  /// Fills `buffer` from its beginning with the pieces.
  ///
  /// @throws IOException where the process is gone or a piece is not mapped
  public void read(List<Piece> pieces, MemorySegment buffer) throws IOException {
    transfer(pieces, buffer, LinuxCalls::readProcess, "read");
  }

  /// Writes `buffer` into the pieces.
  public void write(List<Piece> pieces, MemorySegment buffer) throws IOException {
    transfer(pieces, buffer, LinuxCalls::writeProcess, "written");
  }

  @FunctionalInterface
  private interface Transfer {
    long run(int pid, MemorySegment local, MemorySegment remote, long pieces);
  }

  private void transfer(List<Piece> pieces, MemorySegment buffer, Transfer transfer, String done)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment remote = arena.allocate(VECTOR * MOST_PIECES, WORD.byteSize());
      MemorySegment local = arena.allocate(VECTOR, WORD.byteSize());
      long position = 0;
      for (int from = 0; from < pieces.size(); from += MOST_PIECES) {
        int to = Math.min(pieces.size(), from + MOST_PIECES);
        long total = 0;
        for (int i = from; i < to; i++) {
          long offset = pieces.get(i).offset();
          long length = pieces.get(i).length();
          if (offset < 0 || length < 0 || offset + length > bytes) {
            throw new IllegalArgumentException("outside of the memory: " + offset);
          }
          remote.set(WORD, VECTOR * (i - from), address + offset);
          remote.set(WORD, VECTOR * (i - from) + WORD.byteSize(), length);
          total += length;
        }
        local.set(WORD, 0, buffer.address() + position);
        local.set(WORD, WORD.byteSize(), total);
        if (position + total > buffer.byteSize()) {
          throw new IllegalArgumentException("the buffer is too small");
        }
        long moved = transfer.run((int) pid, local, remote, to - from);
        if (moved != total) {
          throw new IOException(
              "the memory of process %d could not be %s: %s"
                  .formatted(pid, done, moved < 0 ? "error " + -moved : "it ended early"));
        }
        position += total;
      }
    }
  }
}
