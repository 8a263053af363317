package torpor.runtime.wasm.wasi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.Memory;

/// The `fd_*` calls.
final class DescriptorCalls {
  private static final int DIRECTORY_ENTRY_BYTES = 24;
  private static final long RIGHTS_OF_A_TERMINAL = Descriptor.RIGHT_READ | Descriptor.RIGHT_WRITE;

  private final DescriptorTable table;
  private final OutputSink sink;

  DescriptorCalls(DescriptorTable table, OutputSink sink) {
    this.table = table;
    this.sink = sink;
  }

  List<WasiFunction> functions() {
    return List.of(
        new WasiFunction("fd_advise", "iIIi", (m, a) -> known(a)),
        new WasiFunction("fd_allocate", "iII", (m, a) -> allocate(a)),
        new WasiFunction("fd_close", "i", (m, a) -> close(a)),
        new WasiFunction("fd_datasync", "i", (m, a) -> known(a)),
        new WasiFunction("fd_sync", "i", (m, a) -> known(a)),
        new WasiFunction("fd_fdstat_get", "ii", this::describe),
        new WasiFunction("fd_fdstat_set_flags", "ii", (m, a) -> setFlags(a)),
        new WasiFunction("fd_fdstat_set_rights", "iII", (m, a) -> setRights(a)),
        new WasiFunction("fd_filestat_get", "ii", this::stat),
        new WasiFunction("fd_filestat_set_size", "iI", (m, a) -> resize(a)),
        new WasiFunction("fd_filestat_set_times", "iIIi", (m, a) -> setTimes(a)),
        new WasiFunction("fd_read", "iiii", this::read),
        new WasiFunction("fd_pread", "iiiIi", this::readAt),
        new WasiFunction("fd_write", "iiii", this::write),
        new WasiFunction("fd_pwrite", "iiiIi", this::writeAt),
        new WasiFunction("fd_prestat_get", "ii", this::preopened),
        new WasiFunction("fd_prestat_dir_name", "iii", this::preopenedName),
        new WasiFunction("fd_readdir", "iiiIi", this::list),
        new WasiFunction("fd_renumber", "ii", (m, a) -> renumber(a)),
        new WasiFunction("fd_seek", "iIii", this::seek),
        new WasiFunction("fd_tell", "ii", this::tell));
  }

  /// Hints, and requests to make durable: durability comes with the next checkpoint, not before.
  private Errno known(long[] a) {
    table.get((int) a[0]);
    return Errno.SUCCESS;
  }

  private Errno allocate(long[] a) {
    Descriptor.OpenFile file = table.file((int) a[0]).require(Descriptor.RIGHT_WRITE);
    long end = notNegative(notNegative(a[1]) + notNegative(a[2]));
    if (end > file.node().stat().size()) {
      file.node().resize(end);
    }
    return Errno.SUCCESS;
  }

  private Errno close(long[] a) {
    table.close((int) a[0]);
    return Errno.SUCCESS;
  }

  private Errno renumber(long[] a) {
    table.renumber((int) a[0], (int) a[1]);
    return Errno.SUCCESS;
  }

  private Errno describe(Memory memory, long[] a) {
    Descriptor descriptor = table.get((int) a[0]);
    int at = (int) a[1];
    boolean directory = descriptor instanceof Descriptor.OpenDirectory;
    boolean file = descriptor instanceof Descriptor.OpenFile;
    FileType type =
        directory ? FileType.DIRECTORY : file ? FileType.REGULAR_FILE : FileType.CHARACTER_DEVICE;
    int flags = descriptor instanceof Descriptor.OpenFile open ? open.flags() : 0;
    // A character device that cannot seek is what a libc takes for a terminal, so that it flushes
    // standard output at each line and logs can be followed.
    long rights =
        switch (descriptor) {
          case Descriptor.OpenFile open -> open.rights();
          case Descriptor.OpenDirectory open -> Descriptor.ALL_RIGHTS;
          default -> RIGHTS_OF_A_TERMINAL;
        };
    memory.writeLong(at, 0);
    memory.writeByte(at, (byte) type.code());
    memory.writeShort(at + 2, (short) flags);
    memory.writeLong(at + 8, rights);
    memory.writeLong(at + 16, directory ? Descriptor.ALL_RIGHTS : 0);
    return Errno.SUCCESS;
  }

  private Errno setFlags(long[] a) {
    if (table.get((int) a[0]) instanceof Descriptor.OpenFile file) {
      file.setFlags((int) a[1]);
    }
    return Errno.SUCCESS;
  }

  private Errno setRights(long[] a) {
    if (table.get((int) a[0]) instanceof Descriptor.OpenFile file) {
      file.restrict(a[1]);
    }
    return Errno.SUCCESS;
  }

  private Errno stat(Memory memory, long[] a) {
    Stat stat =
        switch (table.get((int) a[0])) {
          case Descriptor.OpenFile file -> file.node().stat();
          case Descriptor.OpenDirectory directory -> directory.node().stat();
          default -> new Stat(0, FileType.CHARACTER_DEVICE, 0, 0, 0, 0);
        };
    Structures.writeStat(memory, (int) a[1], stat);
    return Errno.SUCCESS;
  }

  private Errno resize(long[] a) {
    table.file((int) a[0]).require(Descriptor.RIGHT_WRITE).node().resize(notNegative(a[1]));
    return Errno.SUCCESS;
  }

  private Errno setTimes(long[] a) {
    Node node =
        switch (table.get((int) a[0])) {
          case Descriptor.OpenFile file -> file.node();
          case Descriptor.OpenDirectory directory -> directory.node();
          default -> throw new ErrnoException(Errno.BADF);
        };
    Structures.setTimes(node, a[1], a[2], (int) a[3]);
    return Errno.SUCCESS;
  }

  private Errno read(Memory memory, long[] a) {
    if (table.get((int) a[0]) instanceof Descriptor.Input) {
      memory.writeI32((int) a[3], 0);
      return Errno.SUCCESS;
    }
    Descriptor.OpenFile file = table.file((int) a[0]).require(Descriptor.RIGHT_READ);
    int total =
        Vectors.scatter(
            memory,
            (int) a[1],
            (int) a[2],
            (target, length) -> {
              int got = file.node().read(file.position(), target, 0, length);
              file.moveTo(file.position() + got);
              return got;
            });
    memory.writeI32((int) a[3], total);
    return Errno.SUCCESS;
  }

  private Errno readAt(Memory memory, long[] a) {
    FileNode node = table.file((int) a[0]).require(Descriptor.RIGHT_READ).node();
    long[] position = {notNegative(a[3])};
    int total =
        Vectors.scatter(
            memory,
            (int) a[1],
            (int) a[2],
            (target, length) -> {
              int got = node.read(position[0], target, 0, length);
              position[0] += got;
              return got;
            });
    memory.writeI32((int) a[4], total);
    return Errno.SUCCESS;
  }

  private Errno write(Memory memory, long[] a) {
    int total =
        switch (table.get((int) a[0])) {
          case Descriptor.Output out ->
              Vectors.gather(
                  memory, (int) a[1], (int) a[2], bytes -> sink.write(out.stream(), bytes));
          case Descriptor.OpenFile file ->
              Vectors.gather(
                  memory,
                  (int) a[1],
                  (int) a[2],
                  bytes -> append(file.require(Descriptor.RIGHT_WRITE), bytes));
          default -> throw new ErrnoException(Errno.BADF);
        };
    memory.writeI32((int) a[3], total);
    return Errno.SUCCESS;
  }

  private static void append(Descriptor.OpenFile file, byte[] bytes) {
    long at = file.appends() ? file.node().stat().size() : file.position();
    file.node().write(at, bytes, 0, bytes.length);
    file.moveTo(at + bytes.length);
  }

  private Errno writeAt(Memory memory, long[] a) {
    FileNode node = table.file((int) a[0]).require(Descriptor.RIGHT_WRITE).node();
    long[] position = {notNegative(a[3])};
    int total =
        Vectors.gather(
            memory,
            (int) a[1],
            (int) a[2],
            bytes -> {
              node.write(position[0], bytes, 0, bytes.length);
              position[0] += bytes.length;
            });
    memory.writeI32((int) a[4], total);
    return Errno.SUCCESS;
  }

  private Errno preopened(Memory memory, long[] a) {
    byte[] path = topDirectory(a);
    memory.writeI32((int) a[1], 0);
    memory.writeI32((int) a[1] + 4, path.length);
    return Errno.SUCCESS;
  }

  private Errno preopenedName(Memory memory, long[] a) {
    byte[] path = topDirectory(a);
    if (path.length > (int) a[2]) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    memory.write((int) a[1], path);
    return Errno.SUCCESS;
  }

  private byte[] topDirectory(long[] a) {
    // BADF, not NOTDIR: a libc probes the numbers upwards until it gets exactly this.
    if (table.get((int) a[0]) instanceof Descriptor.OpenDirectory directory) {
      return directory
          .preopened()
          .orElseThrow(() -> new ErrnoException(Errno.BADF))
          .getBytes(UTF_8);
    }
    throw new ErrnoException(Errno.BADF);
  }

  private Errno list(Memory memory, long[] a) {
    Descriptor.OpenDirectory directory = table.directory((int) a[0]);
    int at = (int) a[1];
    int capacity = (int) a[2];
    List<String> names = directory.listing(a[3] == 0);
    int used = 0;
    for (long i = notNegative(a[3]); i < names.size() + 2L && used < capacity; i++) {
      String name = i == 0 ? "." : i == 1 ? ".." : names.get((int) i - 2);
      Optional<Node> node = i < 2 ? Optional.of(directory.node()) : directory.node().child(name);
      if (node.isPresent()) {
        byte[] entry = entry(i + 1, name, node.get().stat());
        int part = Math.min(entry.length, capacity - used);
        memory.write(at + used, entry, 0, part);
        used += part;
      }
    }
    memory.writeI32((int) a[4], used);
    return Errno.SUCCESS;
  }

  private static byte[] entry(long next, String name, Stat stat) {
    byte[] encoded = name.getBytes(UTF_8);
    return ByteBuffer.allocate(DIRECTORY_ENTRY_BYTES + encoded.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(next)
        .putLong(stat.inode())
        .putInt(encoded.length)
        .putInt(stat.type().code())
        .put(encoded)
        .array();
  }

  private Errno seek(Memory memory, long[] a) {
    Descriptor.OpenFile file = table.file((int) a[0]);
    long base =
        switch ((int) a[2]) {
          case 0 -> 0;
          case 1 -> file.position();
          case 2 -> file.node().stat().size();
          default -> throw new ErrnoException(Errno.INVAL);
        };
    file.moveTo(notNegative(base + a[1]));
    memory.writeLong((int) a[3], file.position());
    return Errno.SUCCESS;
  }

  private Errno tell(Memory memory, long[] a) {
    memory.writeLong((int) a[1], table.file((int) a[0]).position());
    return Errno.SUCCESS;
  }

  private static long notNegative(long value) {
    if (value < 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    return value;
  }
}
