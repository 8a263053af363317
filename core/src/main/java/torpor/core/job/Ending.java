package torpor.core.job;

import torpor.core.retry.Failure;

/// What a job becomes once its machine is gone.
public sealed interface Ending {
  record Cancel(String by) implements Ending {}

  record Fail(Failure failure) implements Ending {}

  /// The result is durable; the program did not end by itself.
  record Finish(ExitResult result) implements Ending {}
}
