package torpor.daemon.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A file system of a few megabytes that can be filled to the last byte and freed again.
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 4096;
  private final Path root;

  private SmallDisk(Path root) {
    this.root = root;
  }

  /// Skips the calling test, and says so, where it may not be mounted.
  ///
  /// @param root an empty directory
  static SmallDisk mount(Path root, int mebibytes) throws IOException, InterruptedException {
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", root.toString());
    if (!mounted) {
      System.err.println("SKIPPED, since no small disk could be mounted (that takes root)");
    }
    Assumptions.assumeTrue(mounted, "no small disk could be mounted");
    return new SmallDisk(root);
  }

  /// A real one, with journal and blocks, in a file.
  ///
  /// @param file what it is made in
  static SmallDisk format(Path file, Path root, int mebibytes)
      throws IOException, InterruptedException {
    HostTools.run("truncate", "-s", mebibytes + "M", file.toString());
    HostTools.run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=1", file.toString());
    boolean mounted = run("mount", "-o", "loop", file.toString(), root.toString());
    if (!mounted) {
      System.err.println("SKIPPED, since no loop device could be mounted");
    }
    Assumptions.assumeTrue(mounted, "no loop device could be mounted");
    return new SmallDisk(root);
  }

  /// Takes every byte that is left but so many.
  void fillBut(long bytes) throws IOException, InterruptedException {
    long left = Files.getFileStore(root).getUsableSpace() - bytes;
    HostTools.run("fallocate", "-l", Long.toString(left), root.resolve("filler").toString());
  }

  /// Takes every byte that is left.
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(root.resolve("filler"))) {
      while (true) {
        out.write(new byte[BLOCK]);
      }
    } catch (IOException full) {
      if (Files.size(root.resolve("filler")) < BLOCK) {
        throw full;
      }
    }
  }

  void free() throws IOException {
    Files.delete(root.resolve("filler"));
  }

  @Override
  public void close() throws IOException {
    try {
      if (!run("umount", "--lazy", root.toString())) {
        throw new IOException("cannot unmount " + root);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
