package torpor.store.disk;

import java.io.IOException;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.FullDisk;

/// I/O errors as the port's failures.
final class DiskFailures {
  private DiskFailures() {}

  /// @param attempted what was tried, for the message
  static DiskFailure of(String attempted, IOException cause) {
    return new DiskFailure(attempted + ": " + describe(cause), FullDisk.isCauseOf(cause), cause);
  }

  private static String describe(IOException cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
