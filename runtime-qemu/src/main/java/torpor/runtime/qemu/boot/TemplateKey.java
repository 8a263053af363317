package torpor.runtime.qemu.boot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import torpor.core.image.ImageDigest;
import torpor.runtime.qemu.vmm.Hardware;

/// Everything that a template's memory depends on. Machines of equal keys can be copies of one.
///
/// @param tscKilohertz the rate that its guest counts time by
public record TemplateKey(
    String qemuBuild,
    Hardware hardware,
    long tscKilohertz,
    String kernel,
    ImageDigest image,
    long diskBytes) {
  private static final int DIGITS = 24;

  /// A directory's name.
  public String name() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
