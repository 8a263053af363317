package torpor.core.retry;

import java.util.OptionalInt;

/// One failure: the reason, a sentence, and the exit code where the program gave one.
public record Failure(TerminationReason reason, String detail, OptionalInt exitCode) {

  public static Failure of(TerminationReason reason, String detail) {
    return new Failure(reason, detail, OptionalInt.empty());
  }
}
