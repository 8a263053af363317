package torpor.runtime.qemu.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import torpor.runtime.qemu.host.SparseFiles;
import torpor.runtime.qemu.memory.Layer;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.snapshot.Manifest.FileEntry;

/// Reads a snapshot from its first byte to its last and compares everything with its checksum. It
/// takes as long as reading takes, and needs no machine.
public final class SnapshotCheck {
  private SnapshotCheck() {}

  /// Checks all of it: what an opening checks, every piece of the memory, that the base has nothing
  /// between its pieces, and the disk's files.
  ///
  /// @param snapshot a directory that stays as it is meanwhile; see [SnapshotUses#reading]
  /// @param stop asked now and then; says that nobody wants to know any more
  /// @return the manifest of what was found to be whole
  /// @throws SnapshotDamagedException where something is missing or not what was written; names it
  /// @throws CancellationException where it was stopped
  public static Manifest check(Path snapshot, BooleanSupplier stop) throws IOException {
    Manifest manifest = SnapshotDirectory.open(snapshot);
    base(snapshot, manifest, stop);
    for (String layer : manifest.layers()) {
      layer(LayerFiles.in(snapshot, layer), manifest, stop, false);
    }
    for (FileEntry file : manifest.files()) {
      disk(snapshot, file, stop);
    }
    return manifest;
  }

  static void base(Path snapshot, Manifest manifest, BooleanSupplier stop) throws IOException {
    layer(LayerFiles.in(snapshot, Manifest.BASE), manifest, stop, true);
  }

  private static void layer(
      LayerFiles files, Manifest manifest, BooleanSupplier stop, boolean isBase)
      throws IOException {
    Path name = files.pages().getFileName();
    try (Layer layer = Layer.open(files)) {
      if (layer.index().pageCount() != Pages.count(manifest.hardware().memoryBytes())) {
        throw new SnapshotDamagedException("'" + name + "' is of a memory of another size");
      }
      layer.verify(stop);
      if (isBase) {
        List<SparseFiles.Extent> data = SparseFiles.data(files.pages());
        layer.requireZeroBetween(data);
      }
    } catch (SnapshotDamagedException damaged) {
      throw damaged;
    } catch (IOException | InternalError unreadable) {
      // A mapped file that the disk cannot read is an error of the virtual machine.
      throw new SnapshotDamagedException("'" + name + "': " + unreadable.getMessage(), unreadable);
    }
  }

  static void disk(Path snapshot, FileEntry file, BooleanSupplier stop) throws IOException {
    if (file.contents().isPresent()
        && ContentSum.of(snapshot.resolve(file.name()), stop) != file.contents().get()) {
      throw new SnapshotDamagedException(
          "'" + file.name() + "' is not what was written: its checksum differs");
    }
  }
}
