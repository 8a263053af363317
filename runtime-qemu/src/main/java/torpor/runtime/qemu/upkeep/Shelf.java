package torpor.runtime.qemu.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;

/// One instance's snapshots as they are on disk at this moment.
///
/// @param published those that are complete, the oldest first
record Shelf(List<Published> published) {
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  Shelf {
    published = List.copyOf(published);
  }

  /// @param sealed when it was taken
  record Published(Path directory, Manifest manifest, Instant sealed) {
    boolean isPacked(String layer) {
      return layer.startsWith(PACKED);
    }
  }

  static final String RAW = "memory-";

  /// What the names of packed layers begin with: those are left as they are.
  static final String PACKED = "packed-";

  /// Whether a file is one of a layer's.
  static boolean isLayers(String file) {
    return file.startsWith(RAW) || file.startsWith(PACKED);
  }

  /// What becomes of it while it is looked at is found out by whoever changes something.
  static Shelf look(Path snapshots) throws IOException {
    List<Path> holders;
    try (Stream<Path> children = Files.list(snapshots)) {
      holders = children.filter(Files::isDirectory).toList();
    } catch (NoSuchFileException gone) {
      holders = List.of();
    }
    List<Published> published = new ArrayList<>();
    for (Path holder : holders) {
      if (NUMBER.matcher(holder.getFileName().toString()).matches()) {
        try {
          Instant sealed = Files.getLastModifiedTime(holder.resolve(Manifest.FILE)).toInstant();
          published.add(new Published(holder, SnapshotDirectory.manifest(holder), sealed));
        } catch (NoSuchFileException | SnapshotDamagedException incomplete) {
          // Being written or being deleted, or it will be refused when it is used.
        }
      }
    }
    published.sort(
        Comparator.comparingInt(
            each -> Integer.parseInt(each.directory().getFileName().toString())));
    return new Shelf(published);
  }

  /// Whether somebody else has a layer too: a fork, or a snapshot that is being written.
  boolean isShared(Published snapshot, String layer) throws IOException {
    Path pages = LayerFiles.in(snapshot.directory(), layer).pages();
    int links = (int) Files.getAttribute(pages, "unix:nlink");
    return links > with(layer).size();
  }

  /// The complete snapshots that have a layer.
  List<Published> with(String layer) {
    return published.stream().filter(each -> each.manifest().layers().contains(layer)).toList();
  }
}
