package torpor.images.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import torpor.core.image.ImageDigest;

/// Makes digests.
public final class Sha256 {
  private Sha256() {}

  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Ends a digest.
  public static ImageDigest end(MessageDigest digest) {
    return new ImageDigest(ImageDigest.ALGORITHM + HexFormat.of().formatHex(digest.digest()));
  }

  public static ImageDigest of(byte[] bytes) {
    MessageDigest digest = begin();
    digest.update(bytes);
    return end(digest);
  }

  public static ImageDigest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
