package torpor.core.wake;

import java.time.Instant;
import torpor.core.definition.JsonText;

/// A message from outside to a job, kept until the job has taken it and moved on.
///
/// @param sequence counts the job's signals from 1
/// @param taken handed to the program since the newest snapshot: delivered again when that snapshot
///   is restored, gone for good with the next one
public record Signal(
    int sequence, String name, JsonText payload, Instant receivedAt, boolean taken) {

  public Signal withTaken(boolean now) {
    return new Signal(sequence, name, payload, receivedAt, now);
  }
}
