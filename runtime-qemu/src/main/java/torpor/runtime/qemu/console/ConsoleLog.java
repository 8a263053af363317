package torpor.runtime.qemu.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import torpor.runtime.qemu.snapshot.Manifest.ConsoleOffsets;

/// Appends to the console file and remembers, beside it, how far each stream has got. Written by
/// one thread; [#offsets] may be asked by any.
///
/// The memory of it survives the end of the daemon at any point: what is about to be appended is
/// noted first, and the file's length then tells how much of it was.
///
/// ```
///  journal: u64 length of the file before | u64 stdout | u64 stderr | u32 stream | u32 count
/// ```
public final class ConsoleLog implements AutoCloseable {
  private static final int OUTPUT = 1;
  private static final int JOURNAL = 32;
  private static final int AT_STREAM = 24;
  private static final int AT_COUNT = 28;
  private static final String REPEATS =
      "[torpor: gone back to an earlier moment; what follows may have been printed before]\n";

  private final FileChannel file;
  private final MappedByteBuffer journal;
  private volatile ConsoleOffsets offsets;

  private ConsoleLog(FileChannel file, MappedByteBuffer journal, ConsoleOffsets offsets) {
    this.file = file;
    this.journal = journal;
    this.offsets = offsets;
  }

  /// Opens the console of a machine whose memory says that so much has been printed.
  ///
  /// @param console may be a pipe; then this waits for its reader
  public static ConsoleLog from(ConsoleOffsets memory, Path console, Path journal)
      throws IOException {
    ConsoleLog log = open(console, journal);
    if (log.offsets.output() > memory.output() || log.offsets.errors() > memory.errors()) {
      if (!memory.equals(ConsoleOffsets.START)) {
        log.write(ByteBuffer.wrap(REPEATS.getBytes(StandardCharsets.UTF_8)));
      }
    }
    log.offsets = memory;
    log.note(OUTPUT, 0);
    return log;
  }

  /// Opens the console of a machine that has been running all the while.
  public static ConsoleLog goOn(Path console, Path journal) throws IOException {
    return open(console, journal);
  }

  private static ConsoleLog open(Path console, Path journal) throws IOException {
    FileChannel file =
        FileChannel.open(console, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try (FileChannel notes =
        FileChannel.open(
            journal,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      if (notes.size() < JOURNAL) {
        // A page that has no room on the disk would end whoever writes to it.
        notes.write(ByteBuffer.allocate(JOURNAL), 0);
      }
      MappedByteBuffer map = notes.map(FileChannel.MapMode.READ_WRITE, 0, JOURNAL);
      return new ConsoleLog(file, map, told(map, file.size()));
    } catch (IOException failed) {
      file.close();
      throw failed;
    }
  }

  private static ConsoleOffsets told(ByteBuffer journal, long size) {
    long before = journal.getLong(0);
    long output = journal.getLong(Long.BYTES);
    long errors = journal.getLong(2 * Long.BYTES);
    long written = Math.clamp(size - before, 0, journal.getInt(AT_COUNT));
    return journal.getInt(AT_STREAM) == OUTPUT
        ? new ConsoleOffsets(output + written, errors)
        : new ConsoleOffsets(output, errors + written);
  }

  public ConsoleOffsets offsets() {
    return offsets;
  }

  /// Appends what of it is new.
  ///
  /// @param stream 1 is standard output, 2 standard error
  /// @param offset of the first byte of `data`
  /// @return up to where the stream is in the file now
  public long append(int stream, long offset, ByteBuffer data) throws IOException {
    long known = stream == OUTPUT ? offsets.output() : offsets.errors();
    if (offset + data.remaining() <= known) {
      return known;
    }
    if (offset > known) {
      String lost = "[torpor: %d bytes of output were lost]%n".formatted(offset - known);
      write(ByteBuffer.wrap(lost.getBytes(StandardCharsets.UTF_8)));
      set(stream, offset);
    } else {
      data.position(data.position() + (int) (known - offset));
    }
    int count = data.remaining();
    note(stream, count);
    write(data);
    long end = offset > known ? offset + count : known + count;
    set(stream, end);
    return end;
  }

  private void set(int stream, long end) {
    offsets =
        stream == OUTPUT
            ? new ConsoleOffsets(end, offsets.errors())
            : new ConsoleOffsets(offsets.output(), end);
  }

  private void note(int stream, int count) throws IOException {
    journal.putInt(AT_COUNT, 0);
    journal.putLong(0, file.size());
    journal.putLong(Long.BYTES, offsets.output());
    journal.putLong(2 * Long.BYTES, offsets.errors());
    journal.putInt(AT_STREAM, stream);
    journal.putInt(AT_COUNT, count);
  }

  private void write(ByteBuffer data) throws IOException {
    while (data.hasRemaining()) {
      file.write(data);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
