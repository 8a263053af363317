package torpor.engine.effect;

import java.util.concurrent.CompletionException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.disk.DiskFailure;

/// What failed, as it is told to whoever asked for it. Pure.
public final class Failures {
  private Failures() {}

  /// What made a stage fail, without what the stages on the way have put around it.
  public static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /// Of a cause that says nothing about itself.
  public static Refusal refusal(Throwable cause) {
    return switch (cause) {
      case Deadlines.Overdue overdue -> overdue.refusal();
      case DiskFailure disk when disk.noSpace() ->
          Refusal.of(
              RefusalCode.NO_SPACE,
              "the disk is full: " + disk.getMessage(),
              "Free some space and ask again.");
      case DiskFailure disk ->
          Refusal.of(
              RefusalCode.INTERNAL,
              String.valueOf(disk.getMessage()),
              "Look at the disk and the daemon's log, and repeat the call.");
      case Throwable other ->
          Refusal.of(
              RefusalCode.INTERNAL,
              "the daemon failed to carry this out: " + other,
              "Report this with the daemon's log.");
    };
  }
}
