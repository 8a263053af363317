package torpor.images.tool;

import torpor.images.refused.ImageRefusedException;

/// What a tool says when it fails, as a refusal. Pure.
final class Complaints {
  private static final int LONGEST = 600;

  private Complaints() {}

  static ImageRefusedException explain(String attempted, String said) {
    if (ImageRefusedException.isNoSpace(said)) {
      return ImageRefusedException.noSpace(attempted);
    }
    String plain = said.strip().replaceAll("\\p{Cntrl}+", " ");
    String end =
        plain.length() <= LONGEST ? plain : "…" + plain.substring(plain.length() - LONGEST);
    return ImageRefusedException.failed(
        "%s failed: %s".formatted(attempted, end),
        "Ask again; if it fails the same way, the image is damaged or needs what this host lacks.");
  }
}
