package torpor.daemon;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.engine.disk.DiskFailure;
import torpor.engine.store.StoreFailure;

/// Tells a start that failed for the host's reasons as such, and not as a defect of the program.
final class FailedStart {
  private FailedStart() {}

  /// What to throw instead; the same where it is a defect.
  static RuntimeException explained(RuntimeException e) {
    return switch (e) {
      case DiskFailure disk ->
          failure(
              e.getMessage() + words(disk.getCause()),
              disk.noSpace()
                  ? "free some space, or choose another directory with --data"
                  : "choose a directory of this user with --data; torpor doctor looks at it",
              e);
      case StoreFailure store ->
          failure(
              String.valueOf(store.getMessage()),
              "see that the database runs and that the setting store names it; torpor doctor looks"
                  + " at it",
              e);
      case UncheckedIOException io ->
          failure(
              io.getMessage() + detail(io.getCause()) + words(io.getCause()),
              "mend that and start it again",
              e);
      default -> e;
    };
  }

  private static String detail(@Nullable Throwable cause) {
    return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
  }

  /// For causes that name a file and nothing else.
  private static String words(@Nullable Throwable cause) {
    return switch (cause) {
      case FileAlreadyExistsException _, NotDirectoryException _ -> " is no directory";
      case AccessDeniedException _ -> " may not be used by this user";
      case null, default -> "";
    };
  }

  private static CommandFailure failure(String why, String remedy, RuntimeException cause) {
    return new CommandFailure(ExitCode.UNAVAILABLE, "the daemon does not start", why, remedy)
        .causedBy(cause);
  }
}
