package torpor.runtime.qemu.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotCheck;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.upkeep.UpkeepSettings.Compression;

/// A process that is killed while it merges and packs leaves every snapshot as it was, and what it
/// leaves besides is cleared by the next.
class UpkeepKillTest {
  private static final int KILLS = Integer.getInteger("torpor.test.kills", 5);
  private static final int STEPS = 40;
  private static final int MICROSECONDS = 10_000;
  private static final String DONE = "done";

  @TempDir Path data;

  @Test
  @Timeout(300)
  void whereverItIsKilledEverySnapshotIsWhole() throws IOException, InterruptedException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int cutShort = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (FrozenInstance instance = new FrozenInstance(data.resolve("" + kill), seed + kill)) {
        for (int i = 0; i < Compaction.LONG_CHAIN; i++) {
          instance.snapshot();
        }

        cutShort += isCutShort(instance.snapshots, random) ? 1 : 0;

        assertWhole(instance, seed);
        Compaction next = new Compaction(new SnapshotUses(), () -> false);
        next.clear(instance.snapshots);
        assertNothingElse(instance);
        next.pack(instance.snapshots, Compression.LZ4, Instant.MAX);
        instance.snapshot();
        assertWhole(instance, seed);
      }
    }
    assertThat(cutShort).as("kills that came before the end").isPositive();
  }

  private static boolean isCutShort(Path snapshots, Random random)
      throws IOException, InterruptedException {
    Process upkeep =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                // Slow, so that a kill comes between any two system calls.
                "-Xint",
                "-cp",
                System.getProperty("java.class.path"),
                Steps.class.getName(),
                snapshots.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int steps = random.nextInt(STEPS);
    boolean done = false;
    try (BufferedReader lines = upkeep.inputReader(StandardCharsets.US_ASCII)) {
      assertThat(lines.readLine()).isEqualTo("0");
      for (int step = 0; step < steps && !done; step++) {
        done = DONE.equals(lines.readLine());
      }
      // Somewhere in the step, not always at its beginning.
      assertThat(upkeep.waitFor(random.nextInt(MICROSECONDS), TimeUnit.MICROSECONDS)).isFalse();
      // By its handle: the process itself would close the stream that still holds lines.
      upkeep.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        done |= line.equals(DONE);
      }
    } finally {
      upkeep.destroyForcibly();
    }
    assertThat(upkeep.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return !done;
  }

  private static void assertWhole(FrozenInstance instance, long seed) throws IOException {
    for (int number = 1; number <= instance.taken(); number++) {
      assertThat(instance.isWhole(number)).as("snapshot %s, seed %s", number, seed).isTrue();
      SnapshotCheck.check(instance.directory(number), () -> false);
    }
  }

  private static void assertNothingElse(FrozenInstance instance) throws IOException {
    assertThat(instance.snapshots.resolve(".upkeep")).doesNotExist();
    for (int number = 1; number <= instance.taken(); number++) {
      Manifest manifest = SnapshotDirectory.manifest(instance.directory(number));
      List<String> named = manifest.files().stream().map(Manifest.FileEntry::name).toList();
      try (Stream<Path> files = Files.list(instance.directory(number))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrderElementsOf(
                Stream.concat(named.stream(), Stream.of(Manifest.FILE)).toList());
      }
    }
  }

  /// Does all that can be done to an instance's snapshots, and says a number before each step.
  static final class Steps {
    private Steps() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      Path snapshots = Path.of(arguments[0]);
      int[] steps = {0};
      Compaction compaction =
          new Compaction(
              new SnapshotUses(),
              () -> {
                System.out.println(steps[0]++);
                return false;
              });
      compaction.shorten(snapshots);
      var _ = compaction.pack(snapshots, Compression.LZ4, Instant.MAX);
      System.out.println(DONE);
      Thread.currentThread().join();
    }
  }
}
