package torpor.store.disk;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import torpor.engine.disk.DiskFailure;

/// I/O errors as the port's failures.
final class DiskFailures {
  private DiskFailures() {}

  /// @param attempted what was tried, for the message
  static DiskFailure of(String attempted, IOException cause) {
    return new DiskFailure(attempted + ": " + describe(cause), noSpace(cause), cause);
  }

  private static String describe(IOException cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /// The JDK tells a full disk from other errors by the operating system's text alone.
  static boolean noSpace(IOException cause) {
    String text = describe(cause).toLowerCase(Locale.ROOT);
    return Stream.of("no space left on device", "disk quota exceeded", "not enough space")
        .anyMatch(text::contains);
  }
}
