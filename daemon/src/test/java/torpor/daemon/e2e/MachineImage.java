package torpor.daemon.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// A root file system for machines, made of the host's static busybox: a web server that tells what
/// its machine remembers, in memory and on disk.
final class MachineImage {
  /// What the machine runs.
  static final String PROGRAM = "/bin/serve";

  /// Where its web server tells a [Memory].
  static final String PAGE = "/cgi-bin/memory";

  private static final List<String> APPLETS =
      List.of("sh", "cat", "echo", "hostname", "httpd", "mkdir", "mv", "sleep", "sync", "wc");
  private static final List<String> DIRECTORIES =
      List.of("bin", "dev", "etc", "kept", "proc", "run", "sys", "tmp", "www", "www/cgi-bin");

  private static final String SERVE =
      """
      #!/bin/sh
      echo started >> /kept/starts
      sync
      cat /proc/sys/kernel/random/uuid > /tmp/life
      count() {
        n=0
        while :; do
          n=$((n + 1))
          echo $n > /tmp/count.next
          mv /tmp/count.next /tmp/count
          sleep 0.1
        done
      }
      count &
      exec httpd -f -p 80 -h /www
      """;

  private static final String TELL =
      """
      #!/bin/sh
      echo 'Content-Type: text/plain'
      echo
      echo $(hostname) $(cat /tmp/life) $(cat /tmp/count) $(wc -l < /kept/starts)
      """;

  private MachineImage() {}

  /// What a machine knows of itself.
  ///
  /// @param host its own name
  /// @param life one program from its start, however often it slept
  /// @param count of that program, which only its memory holds, and grows
  /// @param starts how often the program was started, which the disk holds
  record Memory(String host, String life, long count, int starts) {
    static Memory read(String page) {
      String[] words = page.strip().split(" ", -1);
      if (words.length != 4) {
        throw new IllegalArgumentException("a page of another kind: " + page);
      }
      return new Memory(words[0], words[1], Long.parseLong(words[2]), Integer.parseInt(words[3]));
    }

    /// Whether this is the same program later.
    boolean follows(Memory earlier) {
      return life.equals(earlier.life) && count >= earlier.count && starts == earlier.starts;
    }
  }

  /// The name by which the daemon takes it.
  static String in(Path directory) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(directory.resolve("root"));
    for (String name : DIRECTORIES) {
      Files.createDirectory(tree.resolve(name));
    }
    Files.copy(HostTools.find("busybox").orElseThrow(), tree.resolve("bin/busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(tree.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    script(tree.resolve(PROGRAM.substring(1)), SERVE);
    script(tree.resolve("www" + PAGE), TELL);
    Path tar = directory.resolve("root.tar");
    HostTools.run(
        "tar", "-C", tree.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), ".");
    return "rootfs:" + tar + "#sha256=" + sha256(tar);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
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
