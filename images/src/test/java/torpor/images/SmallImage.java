package torpor.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/// An image of busybox and a few files that are easily lost, made with umoci.
final class SmallImage {
  static final String TAG = "made";
  static final Instant OLD = Instant.parse("2019-03-01T10:00:00Z");

  private SmallImage() {}

  /// @return the OCI layout, with two layers
  static Path make(Path directory, String greeting) throws IOException, InterruptedException {
    Path root = rootFiles(directory.resolve("root"), greeting);
    Path layout = directory.resolve("layout");
    String image = layout + ":" + TAG;
    TestTools.run("umoci", "init", "--layout", layout.toString());
    TestTools.run("umoci", "new", "--image", image);
    TestTools.run("umoci", "insert", "--image", image, root.toString(), "/");
    TestTools.run("umoci", "insert", "--image", image, "--whiteout", "/etc/removed");
    TestTools.run(
        "umoci",
        "config",
        "--image",
        image,
        "--config.entrypoint",
        "/bin/busybox",
        "--config.cmd",
        "sh",
        "--config.env",
        "GREETING=a=b",
        "--config.workingdir",
        "/srv",
        "--config.user",
        "1000:1001",
        "--config.exposedports",
        "80/tcp",
        "--config.label",
        "made.by=test");
    return layout;
  }

  static Path rootFiles(Path root, String greeting) throws IOException, InterruptedException {
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("etc"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Files.setPosixFilePermissions(
        root.resolve("bin/busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("/bin/busybox"));
    Files.createLink(root.resolve("bin/ls"), root.resolve("bin/busybox"));
    Files.writeString(root.resolve("etc/removed"), "not here");
    Path file = root.resolve("etc/greeting");
    Files.writeString(file, greeting);
    Files.setAttribute(file, "unix:uid", 1000);
    Files.setAttribute(file, "unix:gid", 1001);
    Files.setLastModifiedTime(file, FileTime.from(OLD));
    return root;
  }
}
