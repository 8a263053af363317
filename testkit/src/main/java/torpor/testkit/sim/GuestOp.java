package torpor.testkit.sim;

import java.time.Duration;
import java.util.Optional;
import torpor.core.snapshot.Token;

/// One thing a simulated program does.
sealed interface GuestOp {

  /// Computes something that no second run would compute again.
  record Work(Duration most) implements GuestOp {}

  record Checkpoint(Token token) implements GuestOp {}

  record Sleep(Token token, Duration duration) implements GuestOp {}

  record WaitSignal(Token token, String name, Optional<Duration> timeout) implements GuestOp {}

  record TakeSignals(Optional<String> name, Duration patience) implements GuestOp {}

  record Lock(String id, Duration ttl) implements GuestOp {}

  record Unlock(String id) implements GuestOp {}

  record Report(double percent) implements GuestOp {}

  /// Dies, with some probability each time it gets here.
  record Stumble(double probability) implements GuestOp {}

  /// Tells its result and ends.
  record Exit(int code) implements GuestOp {}

  /// Ends without a word.
  record End(int code) implements GuestOp {}
}
