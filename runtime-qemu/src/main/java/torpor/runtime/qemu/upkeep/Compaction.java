package torpor.runtime.qemu.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.upkeep.Shelf.Published;

/// Makes memory layers fewer and smaller. For one thread; the methods work until they are done, or
/// until one of the instance's snapshots is restored.
final class Compaction {
  private static final Logger log = LoggerFactory.getLogger(Compaction.class);

  /// A chain of as many layers becomes one.
  static final int LONG_CHAIN = 8;

  private static final String WORK = ".upkeep";

  private final SnapshotUses uses;
  private final BooleanSupplier closing;

  Compaction(SnapshotUses uses, BooleanSupplier closing) {
    this.uses = uses;
    this.closing = closing;
  }

  /// Deletes what a crash left: half made layers, and files that no manifest names.
  void clear(Path snapshots) throws IOException {
    clearWork(snapshots);
    for (Published snapshot : Shelf.look(snapshots).published()) {
      clearUnnamed(snapshot.directory());
    }
  }

  private static void clearWork(Path snapshots) throws IOException {
    Path work = snapshots.resolve(WORK);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(work)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException nothing) {
      return;
    }
    Files.deleteIfExists(work);
  }

  private void clearUnnamed(Path snapshot) {
    uses.ifUnread(
        snapshot,
        () -> {
          try {
            Manifest manifest = SnapshotDirectory.manifest(snapshot);
            Set<String> unnamed = new LinkedHashSet<>();
            try (Stream<Path> files = Files.list(snapshot)) {
              files
                  .map(file -> file.getFileName().toString())
                  .filter(Shelf::isLayers)
                  .forEach(unnamed::add);
            }
            manifest.files().forEach(file -> unnamed.remove(file.name()));
            for (String file : unnamed) {
              Files.deleteIfExists(snapshot.resolve(file));
            }
          } catch (IOException | UncheckedIOException failed) {
            log.debug("{} is being deleted, or stays as it is", snapshot, failed);
          }
        });
  }

  /// Makes one layer of the newest snapshot's, where they are many. Layers that somebody else has
  /// too stay below it, unless that leaves most of the chain as it is.
  ///
  /// @throws CancellationException where a restore began
  void shorten(Path snapshots) throws IOException {
    Shelf shelf = Shelf.look(snapshots);
    if (shelf.published().isEmpty()) {
      return;
    }
    Published newest = shelf.published().getLast();
    List<String> layers = newest.manifest().layers();
    if (layers.size() < LONG_CHAIN) {
      return;
    }
    int first = layers.size();
    while (first > 0 && !shelf.isShared(newest, layers.get(first - 1))) {
      first--;
    }
    List<String> own = layers.subList(first, layers.size());
    replace(
        snapshots,
        newest,
        own.size() < LONG_CHAIN / 2 ? layers : own,
        Shelf.RAW + UUID.randomUUID(),
        Encoding.RAW);
  }

  /// Packs each layer that only cold snapshots of this instance have.
  ///
  /// @param takenBefore what was taken until then is cold
  /// @return after which time there will be something to do; empty where there is nothing left
  /// @throws CancellationException where a restore began
  Optional<Duration> pack(
      Path snapshots, UpkeepSettings.Compression compression, Instant takenBefore)
      throws IOException {
    Encoding encoding =
        switch (compression) {
          case NONE -> throw new IllegalArgumentException("nothing to pack with");
          case LZ4 -> Encoding.LZ4;
          case ZSTD -> Encoding.ZSTD;
        };
    Shelf shelf = Shelf.look(snapshots);
    Set<String> done = new LinkedHashSet<>();
    Optional<Duration> next = Optional.empty();
    for (Published snapshot : shelf.published()) {
      for (String layer : snapshot.manifest().layers()) {
        if (snapshot.isPacked(layer) || !done.add(layer) || shelf.isShared(snapshot, layer)) {
          continue;
        }
        Instant newest =
            shelf.with(layer).stream().map(Published::sealed).max(Instant::compareTo).orElseThrow();
        if (newest.isAfter(takenBefore)) {
          Duration wait = Duration.between(takenBefore, newest).plusMillis(1);
          next = Optional.of(next.filter(known -> known.compareTo(wait) < 0).orElse(wait));
        } else {
          replace(snapshots, snapshot, List.of(layer), Shelf.PACKED + UUID.randomUUID(), encoding);
        }
      }
    }
    return next;
  }

  /// Makes one layer of several and puts it in their place wherever they follow each other.
  private void replace(
      Path snapshots, Published source, List<String> layers, String name, Encoding encoding)
      throws IOException {
    clearWork(snapshots);
    Path work = Files.createDirectory(snapshots.resolve(WORK));
    BooleanSupplier stop = () -> closing.getAsBoolean() || uses.isRestoring(snapshots);
    LayerFiles made = LayerFiles.in(work, name);
    try {
      make(source, layers, made, encoding, stop);
      SnapshotDirectory.flush(made.pages());
      SnapshotDirectory.flush(made.index());
      for (Published snapshot : Shelf.look(snapshots).published()) {
        if (Collections.indexOfSubList(snapshot.manifest().layers(), layers) >= 0) {
          if (stop.getAsBoolean()) {
            throw new CancellationException("the replacing of layers");
          }
          SnapshotDirectory.replace(snapshot.directory(), layers, name, made, work);
          clearUnnamed(snapshot.directory());
        }
      }
    } finally {
      clearWork(snapshots);
    }
  }

  private void make(
      Published source,
      List<String> layers,
      LayerFiles made,
      Encoding encoding,
      BooleanSupplier stop)
      throws IOException {
    int pages = Pages.count(source.manifest().hardware().memoryBytes());
    List<LayerFiles> files = new ArrayList<>();
    for (String layer : layers) {
      files.add(LayerFiles.in(source.directory(), layer));
    }
    try (var _ = uses.reading(source.directory())) {
      LayerWriter.merge(pages, files, made, encoding, stop);
    }
  }
}
