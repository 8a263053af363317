package torpor.runtime.wasm.guest;

import torpor.runtime.wasm.snapshot.PendingCall;

/// Why a guest stopped running.
public sealed interface RunOutcome {
  /// It waits in a host call, and may be snapshotted, resumed or dropped.
  record Suspended(PendingCall call) implements RunOutcome {}

  record Exited(int code) implements RunOutcome {}

  /// It did what WebAssembly does not allow, or the host could not go on with it.
  record Trapped(String what) implements RunOutcome {}

  /// It trapped after having been refused memory.
  record OutOfMemory(String detail) implements RunOutcome {}

  record OutOfTime(String detail) implements RunOutcome {}

  record Killed() implements RunOutcome {}
}
