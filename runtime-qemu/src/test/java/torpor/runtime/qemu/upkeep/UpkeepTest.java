package torpor.runtime.qemu.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.upkeep.UpkeepSettings.Compression;

class UpkeepTest {
  private final InstantSource tomorrow =
      InstantSource.offset(InstantSource.system(), Duration.ofDays(1));

  @TempDir Path instances;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void end() {
    thread.shutdownNow();
  }

  private Upkeep upkeep(Compression compression) {
    return new Upkeep(
        new UpkeepSettings(compression, Duration.ZERO, Optional.of(instances)),
        new SnapshotUses(),
        tomorrow,
        thread);
  }

  /// What was due before this has been done.
  private void settled() throws InterruptedException, ExecutionException, TimeoutException {
    var _ = thread.submit(() -> true).get(60, TimeUnit.SECONDS);
  }

  private static List<String> layers(FrozenInstance instance, int number) throws IOException {
    return SnapshotDirectory.manifest(instance.directory(number)).layers();
  }

  @Test
  void whatAnEarlierDaemonDidNotComeToIsDoneAtTheStart() throws Exception {
    try (FrozenInstance one = new FrozenInstance(instances.resolve("one"), 1);
        FrozenInstance two = new FrozenInstance(instances.resolve("two"), 2);
        Upkeep upkeep = upkeep(Compression.ZSTD)) {
      one.snapshot();
      two.snapshot();
      Files.createDirectory(instances.resolve("without-snapshots"));

      upkeep.begin();
      settled();

      assertThat(layers(one, 1)).allMatch(name -> name.startsWith("packed-"));
      assertThat(layers(two, 1)).allMatch(name -> name.startsWith("packed-"));
      assertThat(one.isWhole(1) && two.isWhole(1)).isTrue();
    }
  }

  @Test
  void withoutCompressionOnlyLongChainsAreTouched() throws Exception {
    try (FrozenInstance instance = new FrozenInstance(instances.resolve("one"), 3);
        Upkeep upkeep = upkeep(Compression.NONE)) {
      for (int i = 0; i < Compaction.LONG_CHAIN; i++) {
        upkeep.taken(instance.snapshots);
        instance.snapshot();
        settled();
        assertThat(layers(instance, instance.taken())).contains("memory-" + instance.taken());
      }

      upkeep.taken(instance.snapshots);
      settled();

      assertThat(layers(instance, instance.taken())).hasSize(1);
      assertThat(instance.isWhole(instance.taken())).isTrue();
    }
  }

  @Test
  void whatIsClosedDoesNothing() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(instances.resolve("one"), 4)) {
      instance.snapshot();
      Upkeep upkeep = upkeep(Compression.LZ4);
      upkeep.close();

      upkeep.taken(instance.snapshots);
      upkeep.begin();

      assertThat(layers(instance, 1)).containsExactly("memory-1");
    }
  }
}
