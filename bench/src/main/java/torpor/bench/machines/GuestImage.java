package torpor.bench.machines;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A root file system with one program, `ticker.c`.
final class GuestImage {
  /// What it answers on.
  static final int PORT = 7000;

  private static final String SOURCE = "ticker.c";
  static final List<String> DIRECTORIES = List.of("bin", "dev", "etc", "proc", "run", "sys", "tmp");

  private GuestImage() {}

  /// The command of a machine.
  static List<String> command(int tickMillis) {
    return List.of("/bin/ticker", Integer.toString(tickMillis));
  }

  /// The name by which the daemon takes it.
  static String in(Path directory) throws IOException {
    Path tree = Files.createDirectory(directory.resolve("root"));
    for (String name : DIRECTORIES) {
      Files.createDirectory(tree.resolve(name));
    }
    Path source = directory.resolve(SOURCE);
    try (InputStream text = GuestImage.class.getResourceAsStream(SOURCE)) {
      Files.copy(
          Optional.ofNullable(text).orElseThrow(() -> new IOException(SOURCE + " is missing")),
          source);
    }
    MachineHost.run(
        "cc", "-O2", "-static", "-o", tree.resolve("bin/ticker").toString(), source.toString());
    Path tar = directory.resolve("root.tar");
    MachineHost.run(
        "tar", "-C", tree.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), ".");
    return source(tar);
  }

  /// The name by which the daemon takes a root file system.
  static String source(Path tar) throws IOException {
    return "rootfs:" + tar.toAbsolutePath() + "#sha256=" + sha256(tar);
  }

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
