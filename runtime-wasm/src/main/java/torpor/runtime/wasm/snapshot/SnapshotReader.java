package torpor.runtime.wasm.snapshot;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.zip.CRC32C;
import torpor.runtime.wasm.files.PrivateFiles;
import torpor.runtime.wasm.memory.PagedMemory;
import torpor.runtime.wasm.snapshot.SnapshotException.Problem;

/// Opens a snapshot: every file is checked first, nothing is used of one that does not pass.
public final class SnapshotReader {
  private static final int WASM_PAGE_BYTES = 1 << 16;

  private SnapshotReader() {}

  /// An opened snapshot, from which one guest can be made.
  ///
  /// @param pages loads memory lazily; closed with the guest
  public record Opened(Manifest manifest, GuestState state, PageFiles pages, PrivateFiles files) {}

  /// @param module digest of the module that the guest will run
  /// @param segments directory for the segments of the private directory; emptied first
  public static Opened open(
      Path directory,
      String module,
      Path segments,
      long quotaBytes,
      Clock clock,
      SnapshotWriter writer)
      throws SnapshotException {
    try {
      Manifest manifest = verified(directory, module);
      byte[] bytes = Files.readAllBytes(directory.resolve(manifest.state().name()));
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        GuestState state = StateCodec.read(in);
        PageFiles pages = pages(directory, manifest, state);
        try {
          PrivateFiles files = PrivateFiles.restored(in, directory, segments, quotaBytes, clock);
          writer.continueFrom(manifest, directory);
          return new Opened(manifest, state, pages, files);
        } catch (IOException | RuntimeException e) {
          pages.close();
          throw e;
        }
      }
    } catch (NoSuchFileException e) {
      throw new SnapshotException(Problem.INCOMPLETE, "the snapshot lacks " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new SnapshotException(Problem.CORRUPT, "the snapshot was cut short", e);
    } catch (IOException e) {
      throw new SnapshotException(Problem.CORRUPT, "reading a snapshot: " + e.getMessage(), e);
    }
  }

  private static PageFiles pages(Path directory, Manifest manifest, GuestState state)
      throws IOException {
    List<Path> files =
        manifest.pages().stream().map(file -> directory.resolve(file.name())).toList();
    return PageFiles.open(files, state.memoryPages() * (WASM_PAGE_BYTES / PagedMemory.PAGE_BYTES));
  }

  /// Checks a snapshot without using it.
  public static Manifest verified(Path directory, String module)
      throws SnapshotException, IOException {
    Manifest manifest = Manifest.decode(Files.readAllBytes(directory.resolve(Manifest.FILE_NAME)));
    if (!manifest.module().equals(module)) {
      throw new SnapshotException(
          Problem.INCOMPATIBLE,
          "the snapshot is of module %s, not of %s".formatted(manifest.module(), module));
    }
    for (FileEntry file : manifest.files()) {
      verify(directory.resolve(file.name()), file);
    }
    return manifest;
  }

  private static void verify(Path path, FileEntry expected) throws SnapshotException, IOException {
    long length = Files.size(path);
    if (length != expected.length()) {
      throw new SnapshotException(
          Problem.CORRUPT,
          "%s has %d bytes instead of %d".formatted(expected.name(), length, expected.length()));
    }
    CRC32C checksum = new CRC32C();
    try (InputStream in = Files.newInputStream(path)) {
      byte[] piece = new byte[WASM_PAGE_BYTES];
      for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
        checksum.update(piece, 0, got);
      }
    }
    if ((int) checksum.getValue() != expected.checksum()) {
      throw new SnapshotException(
          Problem.CORRUPT, expected.name() + " does not match its checksum");
    }
  }
}
