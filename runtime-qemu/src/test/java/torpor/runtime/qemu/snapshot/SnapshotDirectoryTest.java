package torpor.runtime.qemu.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.instance.volume.VolumeId;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;

class SnapshotDirectoryTest {
  static final Manifest MANIFEST =
      new Manifest(
          "01kah",
          new Hardware(Accelerator.TCG, "max", 1, 1 << 20, List.of("rootfs", "overlay"), false),
          "7.2.22",
          "abc",
          2596150,
          Set.of("avx2", "sse4_2"),
          "kernel",
          Optional.of("sha256:" + "a".repeat(64)),
          List.of("memory-1"),
          List.of(
              new DiskFile("disk-0.ext4", DiskFile.Format.RAW),
              new DiskFile("disk-1.qcow2", DiskFile.Format.QCOW2)),
          1 << 20,
          List.of(
              new VolumeDisk(
                  "vol-0",
                  new VolumeId("01jd00000000000000000000da"),
                  VolumeMount.Mode.COPY,
                  2 << 20,
                  List.of(new DiskFile("disk-1.qcow2", DiskFile.Format.QCOW2)))),
          new Manifest.ConsoleOffsets(17, 3),
          Optional.of(4),
          List.of());

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    Files.write(directory.resolve("state"), new byte[] {1, 2, 3});
    Files.write(directory.resolve("config"), new byte[] {4});
    Files.write(directory.resolve("disk-0.ext4"), new byte[100]);
    Files.write(directory.resolve("disk-1.qcow2"), new byte[50]);
    LayerWriter.zeroBase(256, LayerFiles.in(directory, "base"));
    LayerWriter.zeroBase(256, LayerFiles.in(directory, "memory-1"));
  }

  @Test
  void whatIsSealedIsReadBack() throws IOException {
    Manifest sealed = SnapshotDirectory.seal(directory, MANIFEST, new SeenContents());

    assertThat(SnapshotDirectory.open(directory)).isEqualTo(sealed);
    assertThat(sealed.files()).hasSize(8);
    assertThat(sealed.withFiles(List.of())).isEqualTo(MANIFEST);
  }

  @Test
  void aDirectoryThatWasNeverCompletedIsRefused() {
    refused("manifest");
  }

  @Test
  void whateverIsMissingOrShortIsRefusedByItsName() throws IOException {
    List<String> names =
        SnapshotDirectory.seal(directory, MANIFEST, new SeenContents()).files().stream()
            .map(Manifest.FileEntry::name)
            .toList();
    for (String name : names) {
      Path file = directory.resolve(name);
      byte[] contents = Files.readAllBytes(file);
      Files.delete(file);
      refused(name);
      Files.write(file, java.util.Arrays.copyOf(contents, contents.length - 1));
      refused(name);
      Files.write(file, contents);
    }
    assertThat(SnapshotDirectory.open(directory).layers()).containsExactly("memory-1");
  }

  @Test
  void aFlippedBitInWhatIsReadAsAWholeIsRefused() throws IOException {
    SnapshotDirectory.seal(directory, MANIFEST, new SeenContents());
    for (String name : List.of("state", "config", "base.index", "memory-1.index")) {
      Path file = directory.resolve(name);
      byte[] contents = Files.readAllBytes(file);
      contents[contents.length / 2] ^= 1;
      Files.write(file, contents);
      refused(name);
      contents[contents.length / 2] ^= 1;
      Files.write(file, contents);
    }
  }

  @Test
  void anEmptyStateIsRefused() throws IOException {
    SnapshotDirectory.seal(directory, MANIFEST, new SeenContents());
    Files.write(directory.resolve("state"), new byte[0]);

    refused("state");
  }

  @Test
  void aManifestThatLeavesTheDirectoryIsRefused() throws IOException {
    SnapshotDirectory.seal(directory, MANIFEST, new SeenContents());
    Path manifest = directory.resolve(Manifest.FILE);
    String text = Files.readString(manifest);
    for (String hostile : List.of("../disk-0.ext4", "/etc/passwd", "", ".hidden")) {
      Files.writeString(manifest, text.replace("disk-0.ext4", hostile));
      refused("manifest");
    }
    for (int length : List.of(0, 1, text.length() / 2)) {
      Files.writeString(manifest, text.substring(0, length));
      refused("its manifest '%s' is damaged: it is cut off".formatted(manifest));
    }
    Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 2"));
    refused("format");
  }

  @Test
  void aManifestThatDoesNotListWhatItNeedsIsRefused() throws IOException {
    Files.delete(directory.resolve("state"));
    SnapshotDirectory.seal(directory, MANIFEST, new SeenContents());

    refused("'state'");
  }

  private void refused(String name) {
    assertThatThrownBy(() -> SnapshotDirectory.open(directory))
        .isInstanceOf(SnapshotDamagedException.class)
        .hasMessageContaining(name);
  }
}
