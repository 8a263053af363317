package torpor.runtime.qemu.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.VolumeContent;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.FullDisk;
import torpor.engine.volume.ArchiveUnpacking;
import torpor.engine.volume.VolumeFailure;
import torpor.engine.volume.VolumeFiles;
import torpor.host.file.DurableFiles;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.disk.ChainRecord;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;

/// [VolumeFiles] for machines of QEMU.
public final class QemuVolumes implements VolumeFiles {
  private static final String ARRIVED = "arrived";
  private static final String TREE = "tree";

  private final VolumeShelf shelf;
  private final FileSystems fileSystems;
  private final Snapshots snapshots;
  private final ArchiveUnpacking unpacking;
  private final Executor threads;

  /// Where the snapshots of instances are.
  @FunctionalInterface
  public interface Snapshots {
    Path of(JobId instance, SnapshotNumber number);
  }

  /// @param shelf on the file system of the instances
  /// @param snapshots where those of instances are
  /// @param threads for what waits
  public QemuVolumes(
      VolumeShelf shelf, Snapshots snapshots, ArchiveUnpacking unpacking, Executor threads) {
    this.shelf = shelf;
    this.fileSystems = new FileSystems();
    this.snapshots = snapshots;
    this.unpacking = unpacking;
    this.threads = threads;
  }

  @Override
  public CompletionStage<Long> smallest(VolumeContent content) {
    return switch (content) {
      case VolumeContent.Empty _, VolumeContent.Archive _ -> CompletableFuture.completedFuture(0L);
      case VolumeContent.OfVolume(var source, var number) ->
          done("reading a snapshot of " + source, () -> ofVolume(source, number).bytes());
      case VolumeContent.OfInstance of ->
          done("reading a snapshot of " + of.instance(), () -> ofInstance(of).bytes());
    };
  }

  @Override
  public CompletionStage<Long> create(Volume volume, VolumeContent content) {
    Executor where =
        content instanceof VolumeContent.Archive(var _, var abandoned)
            ? work -> interruptible(work, abandoned)
            : threads;
    return done(
        where,
        "making " + volume.id(),
        () -> {
          Path directory = shelf.of(volume.id());
          FileTrees.makeEmpty(directory);
          DurableFiles.flush(shelf.root());
          DiskChain made =
              switch (content) {
                case VolumeContent.Empty _ -> fileSystems.make(directory, volume.bytes());
                case VolumeContent.Archive(InputStream tar, var _) -> unpacked(volume, tar);
                case VolumeContent.OfVolume(var source, var number) ->
                    copied(volume, ofVolume(source, number));
                case VolumeContent.OfInstance of -> copied(volume, ofInstance(of));
              };
          ChainRecord.write(made);
          ChainRecord.deleteOthers(made);
          return made.bytes();
        });
  }

  /// On a thread of its own: who abandons the work interrupts it, and its programs end with it.
  private static void interruptible(Runnable work, CompletionStage<Void> abandoned) {
    Thread thread = Thread.ofPlatform().daemon().name("volume-archive").unstarted(work);
    thread.start();
    var _ = abandoned.thenRun(thread::interrupt);
  }

  private DiskChain unpacked(Volume volume, InputStream tar)
      throws IOException, InterruptedException {
    Path directory = shelf.of(volume.id());
    Path arrived = directory.resolve(ARRIVED);
    Path tree = directory.resolve(TREE);
    receive(tar, arrived, volume.bytes());
    unpacking.unpack(arrived, tree, volume.bytes());
    try {
      return fileSystems.make(directory, volume.bytes(), tree);
    } catch (IOException failed) {
      if (FullDisk.isCauseOf(failed)) {
        throw failed;
      }
      throw new VolumeFailure(tooLarge(volume.bytes()), failed);
    } finally {
      FileTrees.delete(tree);
      Files.deleteIfExists(arrived);
    }
  }

  private static void receive(InputStream tar, Path file, long most) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      long total = 0;
      for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
        total += read;
        if (total > most) {
          throw new VolumeFailure(tooLarge(most));
        }
        out.write(buffer, 0, read);
      }
    }
  }

  private static Refusal tooLarge(long bytes) {
    return Refusal.ofField(
        RefusalCode.VOLUME_INVALID,
        "size_gb",
        "what is in the archive does not fit into a volume of %d bytes".formatted(bytes),
        "Ask for a larger volume.");
  }

  private DiskChain copied(Volume volume, DiskChain content)
      throws IOException, InterruptedException {
    DiskChain linked = VolumeShelf.linked(content, shelf.of(volume.id()));
    return volume.bytes() > linked.bytes() ? fileSystems.grown(linked, volume.bytes()) : linked;
  }

  private DiskChain ofVolume(VolumeId source, SnapshotNumber number) throws IOException {
    return ChainRecord.read(shelf.snapshot(source, number));
  }

  private DiskChain ofInstance(VolumeContent.OfInstance of) throws IOException {
    Path snapshot = snapshots.of(new JobId(of.instance().ulid()), of.snapshot());
    Manifest manifest = SnapshotDirectory.manifest(snapshot);
    VolumeDisk disk =
        manifest.volumes().stream()
            .filter(candidate -> candidate.volume().equals(of.volume()))
            .findFirst()
            .orElseThrow(() ->
                new VolumeFailure(
                    Refusal.ofField(
                        RefusalCode.VOLUME_NOT_FOUND,
                        "source.volume_id",
                        "snapshot %s of %s has nothing of %s"
                            .formatted(of.snapshot(), of.instance(), of.volume()),
                        "Name a volume that the instance had when the snapshot was taken.")));
    return new DiskChain(snapshot, disk.chain(), disk.bytes());
  }

  @Override
  public CompletionStage<?> resize(VolumeId id, long bytes) {
    return done(
        "resizing " + id,
        () -> {
          DiskChain larger = fileSystems.grown(ChainRecord.read(shelf.of(id)), bytes);
          ChainRecord.write(larger);
          ChainRecord.deleteOthers(larger);
          return bytes;
        });
  }

  @Override
  public CompletionStage<?> snapshot(VolumeId id, SnapshotNumber number) {
    return done(
        "snapshotting " + id,
        () -> {
          Path staging = shelf.unfinished(id, number);
          FileTrees.makeEmpty(staging);
          ChainRecord.write(VolumeShelf.linked(ChainRecord.read(shelf.of(id)), staging));
          Files.move(staging, shelf.snapshot(id, number), StandardCopyOption.ATOMIC_MOVE);
          DurableFiles.flush(shelf.snapshots(id));
          return number;
        });
  }

  @Override
  public CompletionStage<?> dropSnapshot(VolumeId id, SnapshotNumber number) {
    return done(
        "dropping a snapshot of " + id,
        () -> {
          FileTrees.delete(shelf.snapshot(id, number));
          return number;
        });
  }

  @Override
  public CompletionStage<?> remove(VolumeId id) {
    return done(
        "removing " + id,
        () -> {
          FileTrees.delete(shelf.of(id));
          return id;
        });
  }

  @Override
  public CompletionStage<Long> settle(
      VolumeId id, Set<SnapshotNumber> known, BooleanSupplier wanted) {
    return done(
        "looking at " + id,
        () -> {
          DiskChain chain = ChainRecord.read(shelf.of(id));
          List<Path> left = new ArrayList<>(chain.others(ChainRecord.FILE));
          left.addAll(unknown(id, known));
          if (!wanted.getAsBoolean()) {
            throw new IOException("it took too long");
          }
          for (Path each : left) {
            FileTrees.delete(each);
          }
          return chain.bytes();
        });
  }

  private List<Path> unknown(VolumeId id, Set<SnapshotNumber> known) throws IOException {
    if (!Files.exists(shelf.snapshots(id))) {
      return List.of();
    }
    Set<Path> kept =
        known.stream().map(number -> shelf.snapshot(id, number)).collect(Collectors.toSet());
    try (var there = Files.list(shelf.snapshots(id))) {
      return there.filter(snapshot -> !kept.contains(snapshot)).toList();
    }
  }

  @Override
  public CompletionStage<Set<VolumeId>> all() {
    return done("looking for volumes", shelf::all);
  }

  private <T> CompletionStage<T> done(String attempted, Callable<T> work) {
    return done(threads, attempted, work);
  }

  private static <T> CompletionStage<T> done(Executor where, String attempted, Callable<T> work) {
    return CompletableFuture.supplyAsync(() -> carriedOut(attempted, work), where);
  }

  private static <T> T carriedOut(String attempted, Callable<T> work) {
    try {
      return work.call();
    } catch (IOException failed) {
      throw new DiskFailure(
          attempted + " failed: " + failed.getMessage(), FullDisk.isCauseOf(failed), failed);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new DiskFailure(attempted + " was interrupted", false, closing);
    } catch (RuntimeException refused) {
      throw refused;
    } catch (Exception other) {
      throw new IllegalStateException(attempted, other);
    }
  }
}
