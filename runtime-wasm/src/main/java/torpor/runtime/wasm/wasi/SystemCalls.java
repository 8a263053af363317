package torpor.runtime.wasm.wasi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Consumer;
import run.endive.runtime.Memory;

/// Arguments, environment, clocks, randomness, and what a guest does not have: sockets and signals.
final class SystemCalls {
  private static final int REALTIME = 0;
  private static final int PROCESS_CPU = 2;
  private static final int THREAD_CPU = 3;
  private static final int PIECE = 1 << 16;

  private final GuestEnvironment environment;
  private final GuestClock clock;
  private final Consumer<byte[]> entropy;

  SystemCalls(GuestEnvironment environment, GuestClock clock, Consumer<byte[]> entropy) {
    this.environment = environment;
    this.clock = clock;
    this.entropy = entropy;
  }

  List<WasiFunction> functions() {
    List<String> arguments = environment.arguments();
    List<String> variables = environment.assignments();
    return List.of(
        new WasiFunction("args_get", "ii", (m, a) -> strings(m, a, arguments)),
        new WasiFunction("args_sizes_get", "ii", (m, a) -> sizes(m, a, arguments)),
        new WasiFunction("environ_get", "ii", (m, a) -> strings(m, a, variables)),
        new WasiFunction("environ_sizes_get", "ii", (m, a) -> sizes(m, a, variables)),
        new WasiFunction("clock_res_get", "ii", this::resolution),
        new WasiFunction("clock_time_get", "iIi", this::time),
        new WasiFunction("random_get", "ii", this::random),
        new WasiFunction("sched_yield", "", (m, a) -> Errno.SUCCESS),
        new WasiFunction("proc_raise", "i", (m, a) -> Errno.NOTSUP),
        new WasiFunction("sock_accept", "iii", (m, a) -> Errno.NOTSUP),
        new WasiFunction("sock_recv", "iiiiii", (m, a) -> Errno.NOTSUP),
        new WasiFunction("sock_send", "iiiii", (m, a) -> Errno.NOTSUP),
        new WasiFunction("sock_shutdown", "ii", (m, a) -> Errno.NOTSUP));
  }

  private static Errno sizes(Memory memory, long[] a, List<String> strings) {
    int bytes = strings.stream().mapToInt(s -> s.getBytes(UTF_8).length + 1).sum();
    memory.writeI32((int) a[0], strings.size());
    memory.writeI32((int) a[1], bytes);
    return Errno.SUCCESS;
  }

  private static Errno strings(Memory memory, long[] a, List<String> strings) {
    int pointer = (int) a[0];
    int at = (int) a[1];
    for (String string : strings) {
      byte[] bytes = string.getBytes(UTF_8);
      memory.writeI32(pointer, at);
      memory.write(at, bytes);
      memory.writeByte(at + bytes.length, (byte) 0);
      pointer += Integer.BYTES;
      at += bytes.length + 1;
    }
    return Errno.SUCCESS;
  }

  private Errno resolution(Memory memory, long[] a) {
    if (a[0] < REALTIME || a[0] > THREAD_CPU) {
      throw new ErrnoException(Errno.INVAL);
    }
    memory.writeLong((int) a[1], a[0] == REALTIME ? 1_000 : 1);
    return Errno.SUCCESS;
  }

  /// The CPU clocks answer with the monotonic one: a guest's CPU time is the host's business, and a
  /// program that measures itself with it must not see it jump back after a restore.
  private Errno time(Memory memory, long[] a) {
    long nanos =
        switch ((int) a[0]) {
          case REALTIME -> clock.realtimeNanos();
          case PollCall.MONOTONIC, PROCESS_CPU, THREAD_CPU -> clock.monotonicNanos();
          default -> throw new ErrnoException(Errno.INVAL);
        };
    memory.writeLong((int) a[2], nanos);
    return Errno.SUCCESS;
  }

  private Errno random(Memory memory, long[] a) {
    int at = (int) a[0];
    for (long left = a[1] & 0xffff_ffffL; left > 0; ) {
      byte[] piece = new byte[(int) Math.min(left, PIECE)];
      entropy.accept(piece);
      memory.write(at, piece);
      at += piece.length;
      left -= piece.length;
    }
    return Errno.SUCCESS;
  }
}
