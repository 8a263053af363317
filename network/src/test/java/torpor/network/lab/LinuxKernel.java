package torpor.network.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The system calls that a stand-in needs.
final class LinuxKernel {
  private static final int READ_WRITE = 2;
  private static final int NETWORK_NAMESPACE = 0x4000_0000;
  private static final long TUN_SET_INTERFACE = 0x4004_54caL;
  private static final short TAP_WITHOUT_HEADER = 0x1002;
  private static final int READABLE = 1;

  private static final MethodHandle OPEN =
      find(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SETNS =
      find("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      find(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      find("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle POLL =
      find("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENT =
      find("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private LinuxKernel() {}

  @SuppressWarnings("restricted") // the signatures are those of the manual pages
  private static MethodHandle find(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, options);
  }

  private interface Call<T> {
    T run(Arena arena) throws Throwable;
  }

  private static <T> T call(Call<T> call) {
    try (Arena arena = Arena.ofConfined()) {
      return call.run(arena);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static int checked(String what, int result) {
    if (result < 0) {
      throw new IllegalStateException(what + " failed");
    }
    return result;
  }

  static int open(String path) {
    return call(arena ->
        checked("open " + path, (int) OPEN.invokeExact(arena.allocateFrom(path), READ_WRITE)));
  }

  /// Moves this thread, which must be a platform thread of its own.
  static void enter(String namespace) {
    call(arena -> {
      int file =
          checked(
              "open " + namespace,
              (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + namespace), 0));
      checked("setns", (int) SETNS.invokeExact(file, NETWORK_NAMESPACE));
      return (int) CLOSE.invokeExact(file);
    });
  }

  /// The other end of a TAP of this thread's namespace; made where there is none.
  static int tap(String name) {
    int file = open("/dev/net/tun");
    return call(arena -> {
      MemorySegment request = arena.allocate(40);
      request.setString(0, name);
      request.set(JAVA_SHORT, 16, TAP_WITHOUT_HEADER);
      checked("attach " + name, (int) IOCTL.invokeExact(file, TUN_SET_INTERFACE, request));
      return file;
    });
  }

  static int event() {
    return call(arena -> checked("eventfd", (int) EVENT.invokeExact(0, 0)));
  }

  static void ring(int event) {
    call(arena -> {
      MemorySegment one = arena.allocateFrom(JAVA_LONG, 1L);
      return (long) WRITE.invokeExact(event, one, 8L);
    });
  }

  static void close(int file) {
    call(arena -> (int) CLOSE.invokeExact(file));
  }

  /// Copies frames until the event is rung or one end is gone.
  static void copyFrames(int from, int to, int event) {
    call(arena -> {
      MemorySegment frame = arena.allocate(65_536);
      MemorySegment watched = arena.allocate(16);
      watched.set(JAVA_INT, 0, from);
      watched.set(JAVA_INT, 8, event);
      while (true) {
        watched.set(JAVA_SHORT, 4, (short) READABLE);
        watched.set(JAVA_SHORT, 12, (short) READABLE);
        int ready = (int) POLL.invokeExact(watched, 2L, -1);
        if (ready < 0 || watched.get(JAVA_SHORT, 14) != 0) {
          return false;
        }
        long length = (long) READ.invokeExact(from, frame, frame.byteSize());
        if (length < 0) {
          return false;
        }
        long _ = (long) WRITE.invokeExact(to, frame, length);
      }
    });
  }
}
