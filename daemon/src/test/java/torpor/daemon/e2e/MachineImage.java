package torpor.daemon.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// A root file system for machines, made of the host's static busybox: a web server that tells what
/// its machine remembers, in memory and on disk, and a worker for jobs.
final class MachineImage {
  /// What the machine runs.
  static final String PROGRAM = "/bin/serve";

  /// What a job runs: so many checkpoints, a sleep until the signal `go`, and an output that only
  /// memory can have kept.
  static final String WORKER = "/bin/work";

  static final int CHECKPOINTS = 8;

  /// Where its web server tells a [Memory].
  static final String PAGE = "/cgi-bin/memory";

  /// Where it tells a [Self].
  static final String SELF = "/cgi-bin/self";

  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "echo",
          "head",
          "hostname",
          "httpd",
          "mkdir",
          "mv",
          "od",
          "ls",
          "sleep",
          "stat",
          "sync",
          "touch",
          "tr",
          "tty",
          "wc",
          "wget");
  private static final List<String> DIRECTORIES =
      List.of("bin", "dev", "etc", "kept", "proc", "run", "sys", "tmp", "www", "www/cgi-bin");

  private static final String SERVE =
      """
      #!/bin/sh
      echo started >> /kept/starts
      sync
      cat /proc/sys/kernel/random/uuid > /dev/shm/life
      count() {
        n=0
        while :; do
          n=$((n + 1))
          echo $n > /dev/shm/count.next
          mv /dev/shm/count.next /dev/shm/count
          sleep 0.1
        done
      }
      tick() {
        while :; do
          echo "tick $(cat /dev/shm/count)"
          sleep 1
        done
      }
      count &
      tick &
      exec httpd -f -p 80 -h /www
      """;

  private static final String TELL =
      """
      #!/bin/sh
      echo 'Content-Type: text/plain'
      echo
      echo $(hostname) $(cat /dev/shm/life) $(cat /dev/shm/count) $(wc -l < /kept/starts)
      """;

  /// The date of a file has a fraction of the second; busybox's own date has none.
  private static final String WHO =
      """
      #!/bin/sh
      touch /dev/shm/now
      echo 'Content-Type: text/plain'
      echo
      hostname
      cat /etc/machine-id
      head -c 16 /dev/urandom | od -An -tx1 | tr -d ' '
      stat -c %y /dev/shm/now
      """;

  /// A call that is not answered is repeated as it was, token and all.
  private static final String WORK =
      """
      #!/bin/sh
      call() {
        until wget -q -O /dev/shm/answer --post-data "$2" \
          "$TORPOR_API_URL/jobs/$TORPOR_JOB_ID/$1"
        do
          sleep 0.2
        done
      }
      life=$(cat /proc/sys/kernel/random/uuid)
      echo "life $life"
      n=0
      while [ $n -lt 8 ]; do
        n=$((n + 1))
        call checkpoint "{\\"token\\":\\"step-$n\\"}"
        done="$done,$n"
        sleep 0.2
      done
      call checkpoint '{"token":"nap","until_signal":"go"}'
      call exit "{\\"exit_code\\":0,\\"output\\":{\\"life\\":\\"$life\\",\\"done\\":[${done#,}]}}"
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

  /// What tells one machine from another.
  ///
  /// @param random drawn from its kernel for whoever asked
  record Self(String host, String machineId, String random, Instant clock) {
    static Self read(String page) {
      String[] lines = page.strip().split("\n", -1);
      String[] date = lines[3].split(" ", -1);
      return new Self(lines[0], lines[1], lines[2], Instant.parse(date[0] + "T" + date[1] + "Z"));
    }
  }

  /// The name by which the daemon takes it.
  static String in(Path directory) throws IOException, InterruptedException {
    return in(directory, "torpor");
  }

  /// @param mark by which it differs from others
  static String in(Path directory, String mark) throws IOException, InterruptedException {
    Path tree = tree(directory, mark);
    Path tar = directory.resolve("root.tar");
    HostTools.run(
        "tar", "-C", tree.toString(), "--owner=0", "--group=0", "-cf", tar.toString(), ".");
    return "rootfs:" + tar + "#sha256=" + sha256(tar);
  }

  /// An OCI layout of it, with what to run and where it is served.
  ///
  /// @return as umoci names it
  static String layout(Path directory, String tag) throws IOException, InterruptedException {
    Path tree = tree(directory, tag);
    String image = directory.resolve("layout") + ":" + tag;
    HostTools.run("umoci", "init", "--layout", directory.resolve("layout").toString());
    HostTools.run("umoci", "new", "--image", image);
    HostTools.run("umoci", "insert", "--image", image, tree.toString(), "/");
    HostTools.run(
        "umoci",
        "config",
        "--image",
        image,
        "--config.cmd",
        PROGRAM,
        "--config.exposedports",
        "80/tcp");
    return image;
  }

  private static Path tree(Path directory, String mark) throws IOException {
    Path tree = Files.createDirectory(directory.resolve("root"));
    for (String name : DIRECTORIES) {
      Files.createDirectory(tree.resolve(name));
    }
    Files.copy(HostTools.find("busybox").orElseThrow(), tree.resolve("bin/busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(tree.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    Files.writeString(tree.resolve("etc/mark"), mark + "\n");
    script(tree.resolve(PROGRAM.substring(1)), SERVE);
    script(tree.resolve(WORKER.substring(1)), WORK);
    script(tree.resolve("www" + PAGE), TELL);
    script(tree.resolve("www" + SELF), WHO);
    return tree;
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
