package torpor.runtime.qemu.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where a file has contents and where it has holes; the JDK has no method for that. Thread-safe.
public final class SparseFiles {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int NO_MORE_DATA = 6; // ENXIO
  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR_NUMBER =
      CAPTURED.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      find(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SEEK =
      find("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE =
      find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private SparseFiles() {}

  /// Neighbouring bytes that are there.
  public record Extent(long from, long to) {
    public long bytes() {
      return to - from;
    }
  }

  @SuppressWarnings("restricted") // the signatures are those of the manual pages
  private static MethodHandle find(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, all);
  }

  /// The parts of a file that are no holes, in order. What lies between them reads as zeros.
  ///
  /// @throws IOException where it cannot be opened or looked through
  public static List<Extent> data(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      MemorySegment name = arena.allocateFrom(file.toString());
      int descriptor =
          (int) call(() -> (int) OPEN.invokeExact(state, name, READ_ONLY_CLOSED_ON_EXEC));
      if (descriptor < 0) {
        throw new IOException(file + " cannot be opened: error " + errorOf(state));
      }
      try {
        return data(file, descriptor, state);
      } finally {
        var _ = call(() -> (int) CLOSE.invokeExact(state, descriptor));
      }
    }
  }

  private static List<Extent> data(Path file, int descriptor, MemorySegment state)
      throws IOException {
    List<Extent> extents = new ArrayList<>();
    long position = 0;
    while (true) {
      long from = seek(descriptor, position, SEEK_DATA, state);
      if (from < 0 && errorOf(state) == NO_MORE_DATA) {
        return extents;
      }
      long to = from < 0 ? -1 : seek(descriptor, from, SEEK_HOLE, state);
      if (to < 0) {
        throw new IOException(file + " cannot be looked through: error " + errorOf(state));
      }
      extents.add(new Extent(from, to));
      position = to;
    }
  }

  private static long seek(int descriptor, long from, int what, MemorySegment state) {
    return call(() -> (long) SEEK.invokeExact(state, descriptor, from, what));
  }

  private static int errorOf(MemorySegment state) {
    return (int) ERROR_NUMBER.get(state, 0L);
  }

  @FunctionalInterface
  private interface Call {
    long make() throws Throwable;
  }

  private static long call(Call call) {
    try {
      return call.make();
    } catch (Throwable broken) {
      throw new IllegalStateException("a system call could not be made", broken);
    }
  }
}
