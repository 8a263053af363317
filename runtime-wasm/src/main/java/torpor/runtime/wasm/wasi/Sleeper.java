package torpor.runtime.wasm.wasi;

import java.time.Duration;

/// How `poll_oneoff` waits for a clock. A long sleep leaves memory: the call is then made a second
/// time by the rewinding guest, with the same arguments, when the sleep is over.
public interface Sleeper {
  /// True in that second call, exactly once; the guest is in its ordinary state afterwards.
  boolean resumedFromSleep();

  /// Sleeps, in place or durably. False means that the guest now unwinds: the caller returns at
  /// once and touches no guest memory.
  boolean sleep(Duration duration);
}
