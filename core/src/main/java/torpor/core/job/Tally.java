package torpor.core.job;

import torpor.core.machine.Generation;

/// The counters of a job.
///
/// @param attempt 1 at first, +1 each time it goes on after an unplanned end
/// @param failures unplanned ends charged to the retry policy's attempts
/// @param losses unplanned ends since the newest snapshot, or since the start
public record Tally(Generation generation, int attempt, int failures, int losses) {
  public static final Tally NEW = new Tally(Generation.NONE, 1, 0, 0);

  Tally nextGeneration() {
    return new Tally(generation.next(), attempt, failures, losses);
  }

  Tally ended(boolean charged) {
    return new Tally(generation, attempt + 1, charged ? failures + 1 : failures, losses + 1);
  }

  Tally progressed() {
    return new Tally(generation, attempt, failures, 0);
  }

  Tally forgiven() {
    return new Tally(generation, attempt + 1, 0, 0);
  }
}
