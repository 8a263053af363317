package torpor.runtime.wasm.guest;

import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TrapException;
import torpor.runtime.wasm.memory.PagedMemory;
import torpor.runtime.wasm.snapshot.PendingCall;

/// Unwinds and rewinds one guest; the only place that knows asyncify's protocol and stack layout.
///
/// ```
///   lent pages:   0 … 15 unused | 16: next free, end | 24: saved frames …
/// ```
final class Asyncify {
  /// Exports that the instrumentation adds.
  static final String START_UNWIND = "asyncify_start_unwind";

  static final String STOP_UNWIND = "asyncify_stop_unwind";
  static final String START_REWIND = "asyncify_start_rewind";
  static final String STOP_REWIND = "asyncify_stop_rewind";

  private static final int HEADER = 16;
  private static final int FRAMES = HEADER + 8;
  private static final int SCRATCH_PAGES = (1 << 20) / PagedMemory.PAGE_BYTES;

  private enum State {
    NORMAL,
    UNWINDING,
    REWINDING
  }

  private final Instance instance;
  private final PagedMemory memory;
  private State state = State.NORMAL;
  private @Nullable PendingCall pending;
  private @Nullable Resumption resumption;

  Asyncify(Instance instance, PagedMemory memory) {
    this.instance = instance;
    this.memory = memory;
  }

  boolean rewinding() {
    return state == State.REWINDING;
  }

  boolean unwinding() {
    return state == State.UNWINDING;
  }

  /// Fails where a module calls the host while it should only save or restore frames, which means
  /// that it was instrumented without naming the import that started it.
  void requireConsistent(String function, boolean maySuspend) {
    if (state == State.UNWINDING || (state == State.REWINDING && !maySuspend)) {
      throw new TrapException(
          "%s was called while the guest was %s: the module was instrumented without all of %s"
              .formatted(
                  function,
                  state == State.UNWINDING ? "unwinding" : "rewinding",
                  Instrumentation.SUSPENDING_IMPORTS));
    }
  }

  /// From a host function: the guest unwinds as soon as the function returns.
  void unwind(PendingCall call) {
    pending = call;
    int end = memory.lendScratch(SCRATCH_PAGES);
    memory.writeI32(HEADER, FRAMES);
    memory.writeI32(HEADER + Integer.BYTES, end);
    instance.export(START_UNWIND).apply(HEADER);
    state = State.UNWINDING;
  }

  /// After the entry point has returned: takes the saved frames.
  byte[] takeStack() {
    instance.export(STOP_UNWIND).apply();
    byte[] stack = memory.readBytes(FRAMES, memory.readInt(HEADER) - FRAMES);
    memory.returnScratch();
    state = State.NORMAL;
    return stack;
  }

  /// Before the entry point is called again.
  void rewind(byte[] stack, PendingCall call, Resumption answer) {
    pending = call;
    resumption = answer;
    memory.lendScratch(SCRATCH_PAGES);
    memory.writeI32(HEADER, FRAMES + stack.length);
    memory.writeI32(HEADER + Integer.BYTES, FRAMES + stack.length);
    memory.write(FRAMES, stack);
    instance.export(START_REWIND).apply(HEADER);
    state = State.REWINDING;
  }

  /// From the host function that is called for the second time: the guest runs on.
  Resumption finishRewind() {
    instance.export(STOP_REWIND).apply();
    memory.returnScratch();
    state = State.NORMAL;
    Resumption answer = resumption;
    if (answer == null) {
      throw new IllegalStateException("a guest rewinds without an answer");
    }
    resumption = null;
    return answer;
  }

  void restorePending(PendingCall call) {
    pending = call;
  }

  /// The call that suspended the guest, or that it is being rewound into.
  PendingCall pending() {
    PendingCall call = pending;
    if (call == null) {
      throw new IllegalStateException("the guest has never been suspended");
    }
    return call;
  }
}
