package torpor.host.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// The system calls that the JDK has no method for. Each returns what the kernel returns, an error
/// as its negated number.
///
/// Those on pidfds go through `syscall(2)`: a C library older than the kernel lacks their names.
final class LinuxCalls {
  static final int NO_SUCH_PROCESS = 3;
  static final int INTERRUPTED = 4;

  private static final long PIDFD_SEND_SIGNAL = 424;
  private static final long PIDFD_OPEN = 434;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR_NUMBER =
      CAPTURED.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle SYSTEM_CALL =
      find(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle KILL =
      find("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle EPOLL_CREATE =
      find("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle EPOLL_CONTROL =
      find("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle EPOLL_WAIT =
      find("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle EVENT_COUNTER =
      find("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle WRITE =
      find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle READ_PROCESS = find("process_vm_readv", transfer());
  private static final MethodHandle WRITE_PROCESS = find("process_vm_writev", transfer());

  private LinuxCalls() {}

  private static FunctionDescriptor transfer() {
    return FunctionDescriptor.of(
        JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
  }

  @SuppressWarnings("restricted") // the signatures are those of the manual pages
  private static MethodHandle find(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, all);
  }

  /// A descriptor that becomes readable when the process ends.
  static int openProcess(long pid) {
    return (int)
        call(
            "pidfd_open",
            state -> (long) SYSTEM_CALL.invokeExact(state, PIDFD_OPEN, pid, 0L, 0L, 0L));
  }

  static int signalProcess(int pidfd, int signal) {
    return (int)
        call(
            "pidfd_send_signal",
            state ->
                (long)
                    SYSTEM_CALL.invokeExact(
                        state, PIDFD_SEND_SIGNAL, (long) pidfd, (long) signal, 0L, 0L));
  }

  static int signalGroup(long group, int signal) {
    return (int) call("kill", state -> (int) KILL.invokeExact(state, (int) -group, signal));
  }

  static int epollCreate(int flags) {
    return (int) call("epoll_create1", state -> (int) EPOLL_CREATE.invokeExact(state, flags));
  }

  static int epollControl(int epoll, int operation, int descriptor, MemorySegment event) {
    return (int)
        call(
            "epoll_ctl",
            state -> (int) EPOLL_CONTROL.invokeExact(state, epoll, operation, descriptor, event));
  }

  /// Waits without end for at least one event.
  static int epollWait(int epoll, MemorySegment events, int room) {
    return (int)
        call("epoll_wait", state -> (int) EPOLL_WAIT.invokeExact(state, epoll, events, room, -1));
  }

  static int eventCounter(int flags) {
    return (int) call("eventfd", state -> (int) EVENT_COUNTER.invokeExact(state, 0, flags));
  }

  /// Adds one to an event counter, which makes it readable.
  static int count(int counter) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
      return (int)
          call(
              "write",
              state ->
                  (long) WRITE.invokeExact(state, counter, one, ValueLayout.JAVA_LONG.byteSize()));
    }
  }

  static int close(int descriptor) {
    return (int) call("close", state -> (int) CLOSE.invokeExact(state, descriptor));
  }

  /// Reads pieces of another process's memory, one after the other, into one of ours.
  ///
  /// @param local one `iovec`
  /// @param remote `pieces` of them
  static long readProcess(int pid, MemorySegment local, MemorySegment remote, long pieces) {
    return call(
        "process_vm_readv",
        state -> (long) READ_PROCESS.invokeExact(state, pid, local, 1L, remote, pieces, 0L));
  }

  /// The other way round.
  static long writeProcess(int pid, MemorySegment local, MemorySegment remote, long pieces) {
    return call(
        "process_vm_writev",
        state -> (long) WRITE_PROCESS.invokeExact(state, pid, local, 1L, remote, pieces, 0L));
  }

  @FunctionalInterface
  private interface Call {
    long on(MemorySegment state) throws Throwable;
  }

  private static long call(String name, Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURED);
      long result = call.on(state);
      return result < 0 ? -(long) (int) ERROR_NUMBER.get(state, 0L) : result;
    } catch (Throwable broken) {
      throw new IllegalStateException("the system call " + name + " could not be made", broken);
    }
  }
}
