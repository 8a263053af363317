package torpor.runtime.qemu.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotCheck;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.upkeep.UpkeepSettings.Compression;

class CompactionTest {
  private static final Instant ALL_COLD = Instant.MAX;

  @TempDir Path data;
  private final SnapshotUses uses = new SnapshotUses();
  private final Compaction compaction = new Compaction(uses, () -> false);

  private static void assertWhole(FrozenInstance instance) throws IOException {
    for (int number = 1; number <= instance.taken(); number++) {
      assertThat(instance.isWhole(number)).as("snapshot %s", number).isTrue();
      SnapshotCheck.check(instance.directory(number), () -> false);
    }
  }

  private static List<String> layers(FrozenInstance instance, int number) throws IOException {
    return SnapshotDirectory.manifest(instance.directory(number)).layers();
  }

  /// What no manifest names.
  private static List<String> unnamed(FrozenInstance instance, int number) throws IOException {
    Manifest manifest = SnapshotDirectory.manifest(instance.directory(number));
    List<String> named = manifest.files().stream().map(Manifest.FileEntry::name).toList();
    try (Stream<Path> files = Files.list(instance.directory(number))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !named.contains(name) && !name.equals(Manifest.FILE))
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void packedSnapshotsAreTheSameMachinesAndSmaller(Compression compression) throws IOException {
    for (int seed = 0; seed < 5; seed++) {
      try (FrozenInstance instance = new FrozenInstance(data.resolve("" + seed), seed)) {
        for (int i = 0; i < 5; i++) {
          instance.snapshot();
        }
        long raw = instance.layerBytes();
        long own = SnapshotDirectory.manifest(instance.directory(5)).ownBytes();

        assertThat(compaction.pack(instance.snapshots, compression, ALL_COLD)).isEmpty();

        assertWhole(instance);
        assertThat(SnapshotDirectory.manifest(instance.directory(5)).ownBytes()).isLessThan(own);
        assertThat(instance.layerBytes()).isLessThan(raw / 2);
        assertThat(layers(instance, 5)).hasSize(5).allMatch(name -> name.startsWith("packed-"));
        assertThat(layers(instance, 5)).startsWith(layers(instance, 4).toArray(String[]::new));
        assertThat(unnamed(instance, 3)).isEmpty();
        List<String> before = layers(instance, 5);
        assertThat(compaction.pack(instance.snapshots, compression, ALL_COLD)).isEmpty();
        assertThat(layers(instance, 5)).isEqualTo(before);
      }
    }
  }

  @Test
  void aSnapshotOverPackedOnesIsWhole() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 1)) {
      instance.snapshot();
      instance.snapshot();
      compaction.pack(instance.snapshots, Compression.LZ4, ALL_COLD);

      instance.snapshot();

      assertWhole(instance);
      assertThat(layers(instance, 3)).contains("memory-3").hasSize(3);
    }
  }

  @Test
  void whatIsNotColdYetIsLeftAndItsTimeIsTold() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 2)) {
      instance.snapshot();
      Path manifest = instance.directory(1).resolve(Manifest.FILE);
      Instant taken = Files.getLastModifiedTime(manifest).toInstant();

      assertThat(compaction.pack(instance.snapshots, Compression.LZ4, taken.minusSeconds(10)))
          .contains(Duration.ofSeconds(10).plusMillis(1));
      assertThat(layers(instance, 1)).containsExactly("memory-1");
      compaction.pack(instance.snapshots, Compression.LZ4, taken);

      assertThat(layers(instance, 1)).noneMatch("memory-1"::equals);
      assertThat(Files.getLastModifiedTime(manifest).toInstant()).isEqualTo(taken);
    }
  }

  @Test
  void aLayerThatSomebodyElseHasIsLeftAlone() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 3)) {
      instance.snapshot();
      instance.snapshot();
      Path fork = Files.createDirectory(data.resolve("fork"));
      LayerFiles shared = LayerFiles.in(instance.directory(1), "memory-1");
      Files.createLink(fork.resolve("memory-1.pages"), shared.pages());

      compaction.pack(instance.snapshots, Compression.LZ4, ALL_COLD);

      assertThat(layers(instance, 2)).startsWith("memory-1").doesNotContain("memory-2");
      assertWhole(instance);
    }
  }

  @Test
  void aLongChainBecomesOneLayerAndItsNeighboursStay() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 4)) {
      for (int i = 1; i < Compaction.LONG_CHAIN; i++) {
        instance.snapshot();
        compaction.shorten(instance.snapshots);
      }
      assertThat(layers(instance, instance.taken())).hasSize(Compaction.LONG_CHAIN - 1);

      instance.snapshot();
      compaction.shorten(instance.snapshots);

      assertThat(layers(instance, instance.taken())).hasSize(1);
      assertThat(layers(instance, 3)).containsExactly("memory-1", "memory-2", "memory-3");
      assertThat(unnamed(instance, instance.taken())).isEmpty();
      assertWhole(instance);
    }
  }

  @Test
  void chainsStayShortHoweverManySnapshotsAreTaken() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 5)) {
      for (int i = 1; i <= 60; i++) {
        instance.snapshot();
        compaction.shorten(instance.snapshots);
        assertThat(layers(instance, i)).hasSizeLessThan(Compaction.LONG_CHAIN);
        if (i % 11 == 0) {
          compaction.pack(instance.snapshots, Compression.ZSTD, ALL_COLD);
        }
      }
      assertWhole(instance);
    }
  }

  /// Stops before the first piece, before the second, and so on until nothing is left to stop.
  @Test
  void whereverItIsStoppedEverySnapshotIsWhole() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 6)) {
      for (int i = 0; i < Compaction.LONG_CHAIN; i++) {
        instance.snapshot();
      }
      boolean done = false;
      for (int steps = 0; !done; steps++) {
        AtomicInteger left = new AtomicInteger(steps);
        Compaction stopped = new Compaction(uses, () -> left.getAndDecrement() <= 0);
        try {
          stopped.shorten(instance.snapshots);
          stopped.pack(instance.snapshots, Compression.LZ4, ALL_COLD);
          done = true;
        } catch (CancellationException expected) {
          assertThat(instance.snapshots.resolve(".upkeep")).doesNotExist();
          assertThat(unnamed(instance, Compaction.LONG_CHAIN)).isEmpty();
        }
        assertWhole(instance);
      }
    }
  }

  @Test
  void aRestoreStopsItAndKeepsWhatItReads() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 7)) {
      instance.snapshot();
      try (var _ = uses.restoring(instance.directory(1))) {
        assertThatThrownBy(() -> compaction.pack(instance.snapshots, Compression.LZ4, ALL_COLD))
            .isInstanceOf(CancellationException.class);
      }
      Manifest before = SnapshotDirectory.manifest(instance.directory(1));
      try (var _ = uses.reading(instance.directory(1))) {
        compaction.pack(instance.snapshots, Compression.LZ4, ALL_COLD);

        assertThat(layers(instance, 1)).isNotEqualTo(before.layers());
        assertThat(before.files())
            .allSatisfy(file -> assertThat(instance.directory(1).resolve(file.name())).exists());
      }
      compaction.clear(instance.snapshots);

      assertThat(unnamed(instance, 1)).isEmpty();
      assertWhole(instance);
    }
  }

  @Test
  void whatACrashLeftIsCleared() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 8)) {
      instance.snapshot();
      Path work = Files.createDirectory(instance.snapshots.resolve(".upkeep"));
      Files.write(work.resolve("packed-half.pages"), new byte[5000]);
      Files.write(instance.directory(1).resolve("packed-linked.pages"), new byte[5000]);
      Files.write(instance.directory(1).resolve("note"), new byte[] {1});
      assertWhole(instance);

      compaction.clear(instance.snapshots);

      assertThat(work).doesNotExist();
      assertThat(unnamed(instance, 1)).containsExactly("note");
      assertWhole(instance);
    }
  }

  @Test
  void aDamagedLayerIsNotPackedAsIfItWereWell() throws IOException {
    try (FrozenInstance instance = new FrozenInstance(data, 9)) {
      instance.snapshot();
      Path pages = LayerFiles.in(instance.directory(1), "memory-1").pages();
      byte[] contents = Files.readAllBytes(pages);
      contents[contents.length / 3] ^= 8;
      Files.write(pages, contents);

      assertThatThrownBy(() -> compaction.pack(instance.snapshots, Compression.LZ4, ALL_COLD))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("checksum");

      assertThat(layers(instance, 1)).containsExactly("memory-1");
      assertThat(pages).exists();
    }
  }

  @Test
  void whatIsNotThereIsNothingToDo() throws IOException {
    Path gone = data.resolve("gone");

    compaction.clear(gone);
    compaction.shorten(gone);

    assertThat(compaction.pack(gone, Compression.LZ4, ALL_COLD)).isEmpty();
    assertThat(gone).doesNotExist();
  }
}
