package torpor.runtime.qemu.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Launch;

/// What a machine boots, as `guest/init/kernel.sh` makes it: a directory with `vmlinux`,
/// `initramfs.cpio` and `manifest.json`.
///
/// @param digest of kernel and initramfs together
/// @param release of the kernel, for people
/// @param proxies whether its init carries connections to the host
public record GuestKernel(Path directory, String digest, String release, boolean proxies) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int DIGITS = 16;

  /// @throws IOException where something of it is missing
  public static GuestKernel in(Path directory) throws IOException {
    JsonNode manifest;
    try {
      manifest = JSON.readTree(Files.readAllBytes(directory.resolve("manifest.json")));
    } catch (JacksonException malformed) {
      throw new IOException("the kernel's manifest in " + directory + " is no JSON", malformed);
    }
    for (String file : new String[] {"vmlinux", "initramfs.cpio"}) {
      if (!Files.isReadable(directory.resolve(file))) {
        throw new IOException(directory.resolve(file) + " is missing");
      }
    }
    return new GuestKernel(
        directory,
        digits(manifest, "vmlinux_sha256") + "-" + digits(manifest, "initramfs_sha256"),
        manifest.path("kernel_release").asString("unknown"),
        manifest.path("proxy_version").asInt(0) > 0);
  }

  private static String digits(JsonNode manifest, String field) throws IOException {
    String digest = manifest.path(field).asString("");
    if (digest.length() < DIGITS) {
      throw new IOException("the kernel's manifest lacks " + field);
    }
    return digest.substring(0, DIGITS);
  }

  /// A kernel that panics restarts at once, by the one way that a microvm knows; QEMU then ends.
  ///
  /// @param waitsAt where it waits to be frozen as a template, or empty
  public Launch.Boot boot(Accelerator accelerator, long tscKilohertz, String waitsAt) {
    StringBuilder line =
        new StringBuilder("console=ttyS0 quiet cryptomgr.notests init_on_free=1 panic=-1 reboot=t");
    if (accelerator == Accelerator.TCG) {
      // A microvm has nothing to measure its clock by: without the rate it hangs now and then.
      line.append(" tsc_early_khz=").append(tscKilohertz).append(" tsc=reliable");
    }
    if (!waitsAt.isEmpty()) {
      line.append(" torpor.template=").append(waitsAt);
    }
    return new Launch.Boot(
        directory.resolve("vmlinux"), directory.resolve("initramfs.cpio"), line.toString());
  }
}
