package torpor.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.images.layer.ArchiveLimits;
import torpor.images.layer.LayerRewriter;
import torpor.images.layer.Tars;
import torpor.images.oci.PlainLayout;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.Platform;
import torpor.images.tool.Skopeo;
import torpor.images.tool.Umoci;

/// Random archives that mean harm, through everything that reads them, as root. Whatever happens to
/// them, nothing outside the staging directory changes, and no device appears inside.
class HostileArchivesTest {
  private static final int ROUNDS = 150;
  private static final ArchiveLimits LIMITS =
      new ArchiveLimits(1 << 24, 1 << 24, 1000, 600, 10, 1 << 16, Duration.ofMinutes(1));

  @TempDir Path directory;

  @Test
  void nothingOutsideOfStagingChanges() throws Exception {
    TestTools.require("umoci");
    Path outside = Files.createDirectories(directory.resolve("outside/etc"));
    Files.writeString(outside.resolve("passwd"), "root");
    Files.createSymbolicLink(outside.resolve("link"), Path.of("passwd"));
    Path beside = Files.writeString(directory.resolve("beside"), "beside");
    Map<String, String> before = fingerprint(directory);
    int unpacked = 0;
    for (long seed = 0; seed < ROUNDS; seed++) {
      Path staging = Files.createDirectory(directory.resolve("staging"));
      boolean seen = attempt(new Random(seed), staging, directory.resolve("outside"));
      unpacked += seen ? 1 : 0;
      assertNoDevices(staging, seed);
      TestTools.run("rm", "-rf", staging.toString());
      assertThat(fingerprint(directory)).as("seed %d", seed).isEqualTo(before);
      assertThat(beside).hasContent("beside");
    }
    assertThat(unpacked).as("archives that got as far as umoci").isGreaterThan(ROUNDS / 4);
  }

  /// @return whether umoci got to see it
  private static boolean attempt(Random random, Path staging, Path outside)
      throws IOException, InterruptedException {
    PlainLayout layout = PlainLayout.create(staging.resolve("layout"));
    try {
      LayerRewriter rewriter = new LayerRewriter(LIMITS, bytes -> {});
      int layers = 1 + random.nextInt(3);
      for (int i = 0; i < layers; i++) {
        Path arrived = Files.write(staging.resolve("arrived"), layer(random, outside));
        var written =
            rewriter.rewrite(
                new LayerRewriter.Arrived(arrived, Optional.empty(), Optional.empty()),
                layout.draft());
        layout.addDraft(written.plain(), written.bytes());
      }
    } catch (ImageRefusedException refused) {
      return false;
    }
    layout.finish(Platform.LINUX_AMD64, Skopeo.TAG);
    try {
      new Umoci(TestTools.TOOLS, Duration.ofMinutes(1))
          .unpack(layout.directory(), staging.resolve("rootfs"));
    } catch (ImageRefusedException refused) {
      assertThat(refused).hasMessageContaining("unpacking");
    }
    return true;
  }

  /// Mostly entries that pass the rules, so that umoci gets something to do, and now and then bytes
  /// that are no tar any more.
  private static byte[] layer(Random random, Path outside) {
    Tars tars = new Tars();
    int entries = 1 + random.nextInt(8);
    for (int i = 0; i < entries; i++) {
      String name = name(random);
      switch (random.nextInt(9)) {
        case 0, 1 -> tars.file(name, "evil");
        case 2 -> tars.directory(name + "/");
        case 3, 4, 5 -> tars.symlink(name, target(random, outside));
        case 6 ->
            tars.hardlink(name, random.nextInt(12) == 0 ? target(random, outside) : name(random));
        case 7 ->
            tars.device(name, random.nextBoolean() ? TarConstants.LF_BLK : TarConstants.LF_CHR);
        default -> tars.device(name, TarConstants.LF_FIFO);
      }
    }
    byte[] bytes = tars.bytes();
    if (random.nextInt(6) == 0) {
      for (int i = 0; i < 4; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
    }
    return random.nextInt(4) == 0 ? Tars.gzip(bytes) : bytes;
  }

  private static String name(Random random) {
    String[] parts = {"a", "b", "link", "etc", "passwd", ".", "a/b", "link/etc", "etc/link"};
    String[] rare = {"..", ".wh.a", ".wh.link", ".wh..wh..opq", ".wh...", "", "\u202e", "n\nl"};
    StringBuilder name = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      String[] from = random.nextInt(40) == 0 ? rare : parts;
      name.append(i == 0 ? "" : "/").append(from[random.nextInt(from.length)]);
    }
    return name.toString();
  }

  private static String target(Random random, Path outside) {
    String[] targets = {
      outside.toString(),
      outside + "/etc/passwd",
      outside + "/new",
      "..",
      "../../../../../../..",
      "../../outside",
      "../beside",
      "/",
      ".",
      "link",
      "a/link",
      "/proc/self/root" + outside
    };
    return targets[random.nextInt(targets.length)];
  }

  private static void assertNoDevices(Path staging, long seed)
      throws IOException, InterruptedException {
    String devices =
        TestTools.run("find", staging.toString(), "(", "-type", "b", "-o", "-type", "c", ")");
    assertThat(devices).as("seed %d", seed).isEmpty();
  }

  /// Everything but the staging directory, and when the directories were changed.
  private static Map<String, String> fingerprint(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(it -> !it.equals(root)).toList()) {
        boolean link = Files.isSymbolicLink(path);
        String content =
            link
                ? Files.readSymbolicLink(path).toString()
                : Files.isRegularFile(path) ? Files.readString(path) : "";
        found.put(
            path.toString(),
            content
                + " "
                + Files.readAttributes(
                    path,
                    "unix:mode,uid,gid,nlink,lastModifiedTime,ctime",
                    LinkOption.NOFOLLOW_LINKS));
      }
    }
    return found;
  }
}
