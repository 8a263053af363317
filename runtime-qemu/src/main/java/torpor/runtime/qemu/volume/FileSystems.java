package torpor.runtime.qemu.volume;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;
import torpor.host.file.DurableFiles;
import torpor.host.program.HostProgram;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.DiskFile;

/// Makes the file systems of volumes, as sparse files of ext4.
final class FileSystems {
  private static final HostProgram TOOL = new HostProgram(Duration.ofMinutes(50), 4_000);
  private static final Set<Integer> WELL = Set.of(0);

  /// e2fsck says with 1 that it has put something in order.
  private static final Set<Integer> CHECKED = Set.of(0, 1);

  /// An empty one.
  DiskChain make(Path directory, long bytes) throws IOException, InterruptedException {
    return make(directory, bytes, List.of());
  }

  /// One with a directory's files.
  ///
  /// @throws IOException also where they do not fit
  DiskChain make(Path directory, long bytes, Path files) throws IOException, InterruptedException {
    return make(directory, bytes, List.of("-d", files.toString()));
  }

  private DiskChain make(Path directory, long bytes, List<String> from)
      throws IOException, InterruptedException {
    DiskFile made = bottom();
    Path file = directory.resolve(made.name());
    setLength(file, bytes);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("mkfs.ext4", "-q", "-F", "-m", "0"));
    command.addAll(List.of("-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"));
    command.addAll(from);
    command.add(file.toString());
    TOOL.succeed(command, WELL);
    DurableFiles.flush(file);
    return new DiskChain(directory, List.of(made), bytes);
  }

  /// The same content in one new file, and a file system that is larger.
  DiskChain grown(DiskChain chain, long bytes) throws IOException, InterruptedException {
    DiskFile made = bottom();
    Path file = chain.directory().resolve(made.name());
    TOOL.succeed(
        List.of(
            "qemu-img",
            "convert",
            "-O",
            "raw",
            "-S",
            "4k",
            "json:" + description(chain),
            file.toString()),
        WELL);
    setLength(file, bytes);
    TOOL.succeed(List.of("e2fsck", "-f", "-y", file.toString()), CHECKED);
    TOOL.succeed(List.of("resize2fs", file.toString()), WELL);
    DurableFiles.flush(file);
    return new DiskChain(chain.directory(), List.of(made), bytes);
  }

  /// To be read only, so that no lock of QEMU's is asked for that a reader holds.
  private static ObjectNode description(DiskChain chain) {
    ObjectNode node = BlockDevices.chain("volume", chain.directory(), chain.files());
    node.remove("node-name");
    node.remove("discard");
    return node;
  }

  private static DiskFile bottom() {
    return new DiskFile("volume-" + UUID.randomUUID() + ".ext4", DiskFile.Format.RAW);
  }

  private static void setLength(Path file, long bytes) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
  }
}
