package torpor.runtime.qemu.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import torpor.host.file.DurableFiles;
import torpor.host.program.HostProgram;

/// Disks with nothing on them, made once per size and copied or shared after that. Thread-safe.
///
/// ```
///   <directory>/<bytes>.ext4    a formatted file system, the bottom of chains; never written
///   <directory>/<bytes>.qcow2   an empty layer, to be copied
/// ```
public final class BlankDisks {
  private static final HostProgram TOOL = new HostProgram(Duration.ofMinutes(1), 4_000);
  private final Path directory;
  private final Path imageTool;

  /// @param imageTool `qemu-img`
  public BlankDisks(Path directory, Path imageTool) {
    this.directory = directory;
    this.imageTool = imageTool;
  }

  /// The formatted disk of that size.
  public Path fileSystem(long bytes) throws IOException, InterruptedException {
    return made(
        bytes + ".ext4",
        blank -> {
          Files.createFile(blank);
          try (var file = new java.io.RandomAccessFile(blank.toFile(), "rw")) {
            file.setLength(bytes);
          }
          run(
              List.of(
                  "mkfs.ext4",
                  "-q",
                  "-F",
                  "-m",
                  "0",
                  "-E",
                  "lazy_itable_init=1,lazy_journal_init=1,nodiscard",
                  blank.toString()));
        });
  }

  /// Puts an empty layer there, flushed: what is going to name it may be as soon as it is named.
  public void newLayer(long bytes, Path file) throws IOException, InterruptedException {
    Path empty =
        made(
            bytes + ".qcow2",
            blank ->
                run(
                    List.of(
                        imageTool.toString(),
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        blank.toString(),
                        Long.toString(bytes))));
    Files.copy(empty, file);
    DurableFiles.flush(file);
  }

  @FunctionalInterface
  private interface Making {
    void make(Path blank) throws IOException, InterruptedException;
  }

  private Path made(String name, Making making) throws IOException, InterruptedException {
    Path finished = directory.resolve(name);
    if (Files.exists(finished)) {
      return finished;
    }
    Files.createDirectories(directory);
    Path blank = directory.resolve("." + name + "." + UUID.randomUUID());
    try {
      making.make(blank);
      DurableFiles.flush(blank);
      Files.move(blank, finished, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.flush(directory);
    } catch (FileAlreadyExistsException madeByAnother) {
      return finished;
    } finally {
      Files.deleteIfExists(blank);
    }
    return finished;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    TOOL.succeed(command, Set.of(0));
  }
}
