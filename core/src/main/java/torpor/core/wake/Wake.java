package torpor.core.wake;

/// What ended a sleep.
public sealed interface Wake {

  /// The time it had asked for came.
  record Timer() implements Wake {}

  /// The signal it waited for came.
  record BySignal(Signal signal) implements Wake {}

  /// A person or program asked for it by name.
  record Manual() implements Wake {}
}
