package torpor.core.retry;

import java.time.Duration;

/// The policy's word on one failure.
public sealed interface RetryDecision {

  /// Go on after `delay`.
  record Again(Duration delay, RetryFrom from) implements RetryDecision {}

  /// It is over; `why` in a sentence.
  record GiveUp(String why) implements RetryDecision {}
}
