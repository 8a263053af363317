package torpor.images.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this process may give files to others.
public final class ProcessOwner {
  public static final String NOT_ROOT =
      "only root can unpack an image, since its files belong to several users";
  public static final String REMEDY =
      "Run the daemon as root, or give it a root file system as a disk image (disk:FILE).";

  private ProcessOwner() {}

  public static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
