package torpor.core.image;

import java.util.Locale;

/// How far an image is on its way to this host.
public enum ImagePhase {
  /// Waits for its turn.
  PENDING,
  PULLING,
  CONVERTING,
  READY,
  FAILED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
