package torpor.images.refused;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// An image cannot be had; says why.
public final class ImageRefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Refusal refusal;

  public ImageRefusedException(Refusal refusal) {
    super(refusal.detail());
    this.refusal = refusal;
  }

  private ImageRefusedException(Refusal refusal, Throwable cause) {
    super(refusal.detail(), cause);
    this.refusal = refusal;
  }

  /// The image itself, or where it comes from, is at fault.
  public static ImageRefusedException failed(String detail, String remedy) {
    return new ImageRefusedException(Refusal.of(RefusalCode.IMAGE_FAILED, detail, remedy));
  }

  /// An image that nobody well-meaning would have made, or one that was damaged on its way.
  public static ImageRefusedException damaged(String detail) {
    return failed(
        detail, "Have the image built or pushed again; if that does not help, do not trust it.");
  }

  public static ImageRefusedException noSpace(String attempted) {
    return new ImageRefusedException(full(attempted));
  }

  /// @param attempted what was tried, as the beginning of a sentence
  public static ImageRefusedException of(String attempted, IOException cause) {
    if (isNoSpace(String.valueOf(cause.getMessage()))) {
      return new ImageRefusedException(full(attempted), cause);
    }
    return new ImageRefusedException(
        Refusal.of(
            RefusalCode.IMAGE_FAILED,
            "%s failed: %s".formatted(attempted, describe(cause)),
            "Look at the file and the data directory named, then ask for the image again."),
        cause);
  }

  private static Refusal full(String attempted) {
    return Refusal.of(
        RefusalCode.NO_SPACE,
        attempted + " failed: the disk is full; nothing of the image was kept",
        "Free space where the data directory is, for instance by pruning images, and ask again.");
  }

  private static String describe(IOException cause) {
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  /// The JDK and the tools tell a full disk by the operating system's text alone.
  public static boolean isNoSpace(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Stream.of("no space left on device", "disk quota exceeded").anyMatch(lower::contains);
  }

  public Refusal refusal() {
    return refusal;
  }
}
