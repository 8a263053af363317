package torpor.engine.clock;

import java.time.Instant;

/// Calls back at a time.
public interface Alarms {

  /// Runs `action` once, at `when` or as soon after as possible, never before. `action` must return
  /// quickly. How long that is from now is settled by this call: a host's clock that is set
  /// afterwards moves nothing.
  Alarm at(Instant when, Runnable action);

  /// A pending call.
  interface Alarm {
    /// After this returns the action will not begin, unless it already has.
    void cancel();
  }
}
