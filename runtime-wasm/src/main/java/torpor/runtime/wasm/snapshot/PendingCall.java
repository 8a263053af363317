package torpor.runtime.wasm.snapshot;

import java.time.Duration;
import java.util.Optional;

/// The suspending call a frozen guest is in; the same call is made again when it rewinds.
public sealed interface PendingCall {
  /// The idempotency token under which it was, or will be, checkpointed.
  String token();

  /// `checkpoint`: go on at once, in this life or another.
  record Checkpoint(String token) implements PendingCall {}

  /// `sleep`, or a libc's sleep through `poll_oneoff`.
  record Sleep(String token, Duration duration) implements PendingCall {}

  /// `wait_signal`; without a timeout it waits until the signal comes.
  record AwaitSignal(String token, String name, Optional<Duration> timeout)
      implements PendingCall {}
}
