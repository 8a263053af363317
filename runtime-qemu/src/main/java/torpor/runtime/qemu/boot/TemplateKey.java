package torpor.runtime.qemu.boot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.runtime.qemu.vmm.Hardware;

/// Everything that a template's memory depends on. Machines of equal keys can be copies of one.
///
/// @param tscKilohertz the rate that its guest counts time by
/// @param disks what it has mounted; empty where it waits before it looks for disks
public record TemplateKey(
    String qemuBuild,
    Hardware hardware,
    long tscKilohertz,
    String kernel,
    Optional<Mounted> disks) {
  private static final int DIGITS = 24;

  /// @param diskBytes of the empty writable disk
  public record Mounted(ImageDigest image, long diskBytes) {}

  /// The template that fits every image.
  public TemplateKey ofKernel() {
    return new TemplateKey(qemuBuild, hardware, tscKilohertz, kernel, Optional.empty());
  }

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
