package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import run.endive.runtime.HostFunction;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;
import torpor.runtime.wasm.snapshot.PendingCall;

/// The import module `torpor`. Its ABI is fixed, see `guest/c/torpor.h`.
final class TorporCalls {
  private static final int MAX_NAME_BYTES = 128;
  private static final int MAX_TEXT_BYTES = 4096;
  private static final int MAX_OUTPUT_BYTES = 1 << 20;
  private static final long MAX_MILLIS = Duration.ofDays(36_500).toMillis();
  private static final long FOR_EVER = -1;

  /// What the calls need of the guest that makes them.
  interface Caller {
    Asyncify asyncify();

    HostServices services();

    /// The oldest signal of that name, if there is one, which is gone from then on.
    Optional<byte[]> takeSignal(String name);

    /// The token of the next sleep: the same again when the guest is restored to before it.
    String nextSleepToken();

    /// Durations below are waited for in place.
    Duration durableFrom();

    void waitInPlace(Duration duration);

    /// Tells the program's log what an error code does not say.
    void explain(String problem);
  }

  @FunctionalInterface
  private interface Body {
    long call(Caller caller, Memory memory, long[] arguments);
  }

  private final Supplier<Optional<Caller>> caller;

  TorporCalls(Supplier<Optional<Caller>> caller) {
    this.caller = caller;
  }

  List<HostFunction> functions() {
    return List.of(
        function("checkpoint", "ii", ValType.I32, TorporCalls::checkpoint),
        function("sleep", "I", ValType.I32, TorporCalls::sleep),
        function("wait_signal", "iiIii", ValType.I32, TorporCalls::waitSignal),
        function("take_signal", "iiii", ValType.I32, TorporCalls::takeSignal),
        function(
            "params",
            "ii",
            ValType.I32,
            (c, m, a) -> copyOut(m, a[0], a[1], c.services().params())),
        function(
            "metadata",
            "ii",
            ValType.I32,
            (c, m, a) -> copyOut(m, a[0], a[1], c.services().metadata())),
        function("progress", "Fii", ValType.I32, TorporCalls::progress),
        function("lock", "I", ValType.I64, TorporCalls::lock),
        function("unlock", "I", ValType.I32, TorporCalls::unlock),
        function("exit", "iii", ValType.I32, TorporCalls::exit));
  }

  private HostFunction function(String name, String signature, ValType result, Body body) {
    List<ValType> parameters = signature.chars().mapToObj(TorporCalls::type).toList();
    return new HostFunction(
        ModuleRules.TORPOR,
        name,
        FunctionType.of(parameters, List.of(result)),
        (instance, arguments) -> {
          Caller guest = caller.get().orElseThrow();
          return new long[] {answer(guest, instance.memory(), name, arguments, body)};
        });
  }

  private static ValType type(int letter) {
    return switch (letter) {
      case 'I' -> ValType.I64;
      case 'F' -> ValType.F64;
      default -> ValType.I32;
    };
  }

  private static long answer(
      Caller guest, Memory memory, String name, long[] arguments, Body body) {
    try {
      return body.call(guest, memory, arguments);
    } catch (CallFailedException e) {
      if (e.error() != CallError.NOT_FOUND) {
        guest.explain("torpor." + name + ": " + e.getMessage());
      }
      return e.error().code();
    } catch (WasmRuntimeException badPointer) {
      guest.explain("torpor." + name + ": " + badPointer.getMessage());
      return CallError.INVALID.code();
    }
  }

  // ---- calls that suspend: made once to unwind, and again when the guest has been rewound

  private static long checkpoint(Caller guest, Memory memory, long[] a) {
    if (guest.asyncify().rewinding()) {
      return guest.asyncify().finishRewind().code();
    }
    String token = text(memory, a[0], a[1], MAX_NAME_BYTES, "token");
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw invalid("a token is 1 to 128 visible ASCII characters");
    }
    guest.asyncify().unwind(new PendingCall.Checkpoint(token));
    return 0;
  }

  private static long sleep(Caller guest, Memory memory, long[] a) {
    if (guest.asyncify().rewinding()) {
      return guest.asyncify().finishRewind().code();
    }
    Duration duration = Duration.ofMillis(bounded(a[0], "sleep"));
    if (duration.compareTo(guest.durableFrom()) < 0) {
      guest.waitInPlace(duration);
    } else {
      guest.asyncify().unwind(new PendingCall.Sleep(guest.nextSleepToken(), duration));
    }
    return 0;
  }

  private static long waitSignal(Caller guest, Memory memory, long[] a) {
    if (guest.asyncify().rewinding()) {
      Resumption answer = guest.asyncify().finishRewind();
      return answer.payload().isPresent()
          ? copyOut(memory, a[3], a[4], answer.payload().orElseThrow())
          : answer.code();
    }
    String name = name(memory, a[0], a[1]);
    Optional<Duration> timeout =
        a[2] == FOR_EVER
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(bounded(a[2], "timeout")));
    // Asked for now, so that a bad buffer is an error before the wait and not after it.
    memory.readBytes((int) a[3], Math.min((int) a[4], MAX_TEXT_BYTES));
    Optional<byte[]> already = guest.takeSignal(name);
    if (already.isPresent()) {
      return copyOut(memory, a[3], a[4], already.orElseThrow());
    }
    guest.asyncify().unwind(new PendingCall.AwaitSignal(guest.nextSleepToken(), name, timeout));
    return 0;
  }

  // ---- calls that do not

  private static long takeSignal(Caller guest, Memory memory, long[] a) {
    String name = name(memory, a[0], a[1]);
    byte[] payload =
        guest
            .takeSignal(name)
            .orElseThrow(() -> new CallFailedException(CallError.NOT_FOUND, "no signal " + name));
    return copyOut(memory, a[2], a[3], payload);
  }

  private static long progress(Caller guest, Memory memory, long[] a) {
    String message = text(memory, a[1], a[2], MAX_TEXT_BYTES, "message");
    guest
        .services()
        .progress(
            Double.longBitsToDouble(a[0]),
            message.isEmpty() ? Optional.empty() : Optional.of(message));
    return 0;
  }

  private static long lock(Caller guest, Memory memory, long[] a) {
    return guest.services().lock(Duration.ofMillis(bounded(a[0], "ttl")));
  }

  private static long unlock(Caller guest, Memory memory, long[] a) {
    guest.services().unlock(a[0]);
    return 0;
  }

  private static long exit(Caller guest, Memory memory, long[] a) {
    guest.services().exit((int) a[0], bytes(memory, a[1], a[2], MAX_OUTPUT_BYTES, "output"));
    return 0;
  }

  // ---- arguments and results

  /// Copies what fits and returns the whole length, so that a program can come back with more room.
  private static long copyOut(Memory memory, long address, long capacity, byte[] bytes) {
    int part = Math.min(bytes.length, Math.max(0, (int) capacity));
    memory.write((int) address, bytes, 0, part);
    return bytes.length;
  }

  private static String name(Memory memory, long address, long length) {
    String name = text(memory, address, length, MAX_NAME_BYTES, "signal name");
    if (name.isEmpty()) {
      throw invalid("a signal name is 1 to 128 bytes");
    }
    return name;
  }

  private static String text(Memory memory, long address, long length, int most, String what) {
    byte[] bytes = bytes(memory, address, length, most, what);
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("the " + what + " is not UTF-8");
    }
  }

  private static byte[] bytes(Memory memory, long address, long length, int most, String what) {
    int count = (int) length;
    if (count < 0 || count > most) {
      throw invalid("the %s has %d bytes, at most %d are taken".formatted(what, count, most));
    }
    return memory.readBytes((int) address, count);
  }

  private static long bounded(long millis, String what) {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw invalid("a %s of %d ms is not between 0 and %d".formatted(what, millis, MAX_MILLIS));
    }
    return millis;
  }

  private static CallFailedException invalid(String detail) {
    return new CallFailedException(CallError.INVALID, detail);
  }
}
