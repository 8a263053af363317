package torpor.core.wake;

import java.time.Instant;
import java.util.Optional;

/// What may end a sleep, whichever comes first. A person can always end it by hand, so a waker with
/// neither time nor signal is a sleep until somebody asks.
///
/// @param signal the name of the signal; `*` is any
public record Waker(Optional<Instant> at, Optional<String> signal) {
  public static final String ANY_SIGNAL = "*";

  public boolean accepts(Signal candidate) {
    return signal
        .map(name -> name.equals(ANY_SIGNAL) || name.equals(candidate.name()))
        .orElse(false);
  }
}
