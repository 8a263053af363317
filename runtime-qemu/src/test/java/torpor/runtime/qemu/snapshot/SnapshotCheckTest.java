package torpor.runtime.qemu.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Memory;

class SnapshotCheckTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 256;

  @TempDir Path directory;
  private final Random random = new Random(11);

  @BeforeEach
  void write() throws IOException {
    Files.write(directory.resolve("state"), noise(300));
    Files.write(directory.resolve("config"), noise(4096));
    Files.write(directory.resolve("disk-0.ext4"), noise(70_000));
    Files.write(directory.resolve("disk-1.qcow2"), noise(200_000));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ram = arena.allocate((long) PAGES * PAGE, PAGE);
      ProcessMemory memory =
          new ProcessMemory(ProcessHandle.current().pid(), ram.address(), ram.byteSize());
      LayerFiles base = LayerFiles.in(directory, "base");
      LayerWriter.base(memory, scribble(ram, 40, 90), base);
      try (Memory parent = Memory.open(PAGES, List.of(base))) {
        LayerWriter.differences(
            memory, scribble(ram, 70, 130), parent, LayerFiles.in(directory, "memory-1"));
      }
    }
    SnapshotDirectory.seal(directory, SnapshotDirectoryTest.MANIFEST, new SeenContents());
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private BitSet scribble(MemorySegment ram, int from, int to) {
    BitSet pages = new BitSet();
    for (int page = from; page < to; page++) {
      ram.asSlice((long) page * PAGE, PAGE).copyFrom(MemorySegment.ofArray(noise(PAGE)));
      pages.set(page);
    }
    return pages;
  }

  @Test
  void whatIsWholePasses() throws IOException {
    assertThat(SnapshotCheck.check(directory, () -> false).layers()).containsExactly("memory-1");
  }

  @Test
  void aFlippedBitInAnyFileIsNoticedAndTheFileNamed() throws IOException {
    for (Manifest.FileEntry entry : SnapshotDirectory.manifest(directory).files()) {
      Path file = directory.resolve(entry.name());
      byte[] contents = Files.readAllBytes(file);
      for (int i = 0; i < 10; i++) {
        byte[] flipped = contents.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);

        assertThatThrownBy(() -> SnapshotCheck.check(directory, () -> false))
            .isInstanceOf(SnapshotDamagedException.class)
            .hasMessageContaining(entry.name());
      }
      Files.write(file, contents);
    }
    assertThat(SnapshotCheck.check(directory, () -> false).files()).hasSize(8);
  }

  @Test
  void itStopsWhenAsked() {
    assertThatThrownBy(() -> SnapshotCheck.check(directory, () -> true))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void baseAndDiskAreComparedOncePerDaemonAndAgainWhenTheyChange() throws IOException {
    Manifest manifest = SnapshotDirectory.open(directory);
    for (String name : List.of("base.pages", "disk-0.ext4", "disk-1.qcow2")) {
      SeenContents seen = new SeenContents();
      seen.requireIntact(directory, manifest);
      Path file = directory.resolve(name);
      FileTime written = Files.getLastModifiedTime(file);
      byte[] contents = Files.readAllBytes(file);
      byte[] flipped = contents.clone();
      flipped[50 * PAGE % flipped.length] ^= 1;

      Files.write(file, flipped);
      Files.setLastModifiedTime(file, written);
      seen.requireIntact(directory, manifest);
      assertThatThrownBy(() -> new SeenContents().requireIntact(directory, manifest))
          .hasMessageContaining(name);

      Files.setLastModifiedTime(file, FileTime.fromMillis(written.toMillis() + 5000));
      assertThatThrownBy(() -> seen.requireIntact(directory, manifest)).hasMessageContaining(name);
      Files.write(file, contents);
    }
  }

  @Test
  void whoSharesADiskFileSaysWhatTheOtherSaid() throws IOException {
    Manifest first = SnapshotDirectory.open(directory);
    byte[] flipped = Files.readAllBytes(directory.resolve("disk-0.ext4"));
    flipped[7] ^= 1;
    Files.write(directory.resolve("disk-0.ext4"), flipped);
    Path second = Files.createDirectory(directory.resolve("second"));
    for (Manifest.FileEntry entry : first.files()) {
      Files.createLink(second.resolve(entry.name()), directory.resolve(entry.name()));
    }
    SeenContents seen = new SeenContents();
    seen.learn(directory, first);

    SnapshotDirectory.seal(second, SnapshotDirectoryTest.MANIFEST, seen);

    assertThatThrownBy(() -> SnapshotCheck.check(second, () -> false))
        .hasMessageContaining("disk-0.ext4");
  }
}
