package torpor.testkit.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;

/// Everything a simulated program knows; what a snapshot of it holds.
///
/// @param at the operation it is in
/// @param results what its work computed, in order; random, so no other run has the same
/// @param passed the checkpoint calls that were answered, oldest first
/// @param signals sequence numbers of the signals it was handed, oldest first
/// @param call the checkpoint call it is in
/// @param until when that call's sleep is to end, set once when the call is first made
record GuestMemory(
    int at,
    List<Long> results,
    List<Token> passed,
    List<Integer> signals,
    Optional<Token> call,
    Optional<Instant> until) {
  static final GuestMemory FRESH =
      new GuestMemory(0, List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());

  GuestMemory {
    results = List.copyOf(results);
    passed = List.copyOf(passed);
    signals = List.copyOf(signals);
  }

  private static <T> List<T> plus(List<T> before, T one) {
    List<T> all = new ArrayList<>(before);
    all.add(one);
    return all;
  }

  GuestMemory next() {
    return new GuestMemory(at + 1, results, passed, signals, Optional.empty(), Optional.empty());
  }

  GuestMemory computed(long result) {
    return new GuestMemory(at + 1, plus(results, result), passed, signals, call, until);
  }

  GuestMemory calling(Token token, Optional<Instant> asked) {
    return new GuestMemory(at, results, passed, signals, Optional.of(token), asked);
  }

  /// The call has its answer; a signal that ended the sleep came with it.
  GuestMemory answered(Optional<Wake> wake) {
    GuestMemory told =
        wake.isPresent() && wake.orElseThrow() instanceof Wake.BySignal(var signal)
            ? handed(signal.sequence())
            : this;
    return new GuestMemory(
        at + 1,
        results,
        plus(passed, call.orElseThrow()),
        told.signals(),
        Optional.empty(),
        Optional.empty());
  }

  GuestMemory handed(int signal) {
    return signals.contains(signal)
        ? this
        : new GuestMemory(at, results, passed, plus(signals, signal), call, until);
  }

  /// What a program reports at its end.
  String output() {
    return results.toString();
  }
}
