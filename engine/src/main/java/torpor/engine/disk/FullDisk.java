package torpor.engine.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Tells a full disk, or quota, from every other trouble with files.
public final class FullDisk {
  private static final List<String> SENTENCES =
      List.of("no space left on device", "disk quota exceeded", "not enough space");

  private FullDisk() {}

  /// The JDK passes on the operating system's text and nothing else.
  public static boolean isCauseOf(IOException failure) {
    String reason = failure instanceof FileSystemException file ? file.getReason() : null;
    return said(Optional.ofNullable(failure.getMessage())) || said(Optional.ofNullable(reason));
  }

  private static boolean said(Optional<String> text) {
    return text.map(said -> said.toLowerCase(Locale.ROOT))
        .filter(said -> SENTENCES.stream().anyMatch(said::contains))
        .isPresent();
  }
}
