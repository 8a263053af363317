package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.refusal.Refusal;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.MachineFailure;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.machine.Assembly;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotCheck;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.vmm.MachineName;

/// Tries snapshots where nobody can see it, one at a time.
///
/// ```
///  read all of it, compare ─→ a machine of it, in <directory>, under a name that no instance has,
///                             with no way out and none to the daemon; its programs stay frozen
///                         ─→ its init answers ─→ the machine and <directory> go
/// ```
///
/// The machine is a private copy: of the snapshot's files nothing is written, and of its instance
/// nothing is touched. What a daemon that died has left of it, the next one removes before all
/// else.
final class Rehearsals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Rehearsals.class);
  private static final String NAME = "rehearsal";

  private final Path directory;
  private final String owner;
  private final Assembly assembly;
  private final Births births;
  private final SnapshotUses uses;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("qemu-rehearsal").factory());
  private volatile boolean closed;

  /// @param directory on the file system of the instances; made and deleted here
  /// @param assembly one that gives machines no way to the daemon
  Rehearsals(Path directory, String owner, Assembly assembly, Births births, SnapshotUses uses) {
    this.directory = directory;
    this.owner = owner;
    this.assembly = assembly;
    this.births = births;
    this.uses = uses;
  }

  /// Whether it is a machine that a snapshot is being tried with.
  static boolean isTrial(MachineName name) {
    return name.machine().equals(NAME);
  }

  /// Clears what an earlier daemon left; its process is ended already.
  void clear() throws IOException {
    FileTrees.delete(directory);
  }

  /// Where a snapshot on trial has its machine; only there while it has.
  Path directory() {
    return directory;
  }

  /// Completes always; what is in the way is [Rehearsal.Undecided].
  CompletableFuture<Rehearsal> rehearse(Path snapshot) {
    CompletableFuture<Rehearsal> answer = new CompletableFuture<>();
    try {
      thread.execute(() -> answer.complete(outcome(snapshot)));
    } catch (RejectedExecutionException closing) {
      answer.complete(stopping());
    }
    return answer;
  }

  private static Rehearsal stopping() {
    return new Rehearsal.Undecided("the daemon is stopping");
  }

  private Rehearsal outcome(Path snapshot) {
    try (var _ = uses.reading(snapshot)) {
      return tried(snapshot);
    } catch (SnapshotDamagedException damaged) {
      // A read that the end of the daemon has interrupted looks like one that failed.
      return closed ? stopping() : new Rehearsal.Failed(String.valueOf(damaged.getMessage()));
    } catch (CancellationException | InterruptedException stopped) {
      return stopping();
    } catch (MachineFailure failure) {
      return new Rehearsal.Undecided(failure.refusal().detail());
    } catch (IOException | RuntimeException inTheWay) {
      log.debug("{} cannot be tried", snapshot, inTheWay);
      return closed ? stopping() : new Rehearsal.Undecided(String.valueOf(inTheWay.getMessage()));
    }
  }

  private Rehearsal tried(Path snapshot) throws IOException, InterruptedException {
    Manifest frozen = SnapshotCheck.check(snapshot, () -> closed);
    Optional<Refusal> refusal = births.incompatibility(frozen);
    if (refusal.isPresent()) {
      return new Rehearsal.Undecided(refusal.get().detail());
    }
    Path rootfs = births.rootfs(frozen);
    Place place =
        new Place(new MachineName(owner, NAME, 0), directory, directory.resolve("console"));
    FileTrees.makeEmpty(directory);
    try {
      Files.createDirectories(place.directory());
      assembly.rehearse(place, rootfs, snapshot, frozen);
      return new Rehearsal.Passed();
    } finally {
      FileTrees.delete(directory);
    }
  }

  /// What is being tried is given up. Its process is ended by whoever closes the host.
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
