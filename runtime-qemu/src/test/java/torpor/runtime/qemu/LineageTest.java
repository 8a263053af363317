package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import torpor.core.job.JobId;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerIndex.Run;
import torpor.runtime.qemu.memory.Memory;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;

/// The snapshot before is not always the one a machine goes on from: a person may have gone back to
/// an older one, or booted anew. Page for page a snapshot is the memory of its own machine.
class LineageTest extends RealMachines {
  private static final String NOISE = "head -c 20000000 /dev/urandom > /dev/shm/noise";

  @Test
  void aMachineThatWentBackHasNothingOfTheSnapshotsItLeftBehind() throws IOException {
    MachineHandle handle = start(ONE);
    snapshot(ONE, 1, handle, 1, true);
    ask(ONE, NOISE);
    snapshot(ONE, 1, handle, 2, false);
    kill(ONE, 1);

    MachineHandle back = restore(ONE, 2, snapshots(ONE).resolve("1"));
    snapshot(ONE, 2, back, 3, false);

    assertThat(differing(ONE, back, 3)).as("foreign pages").isZero();
    kill(ONE, 2);
    restore(ONE, 3, snapshots(ONE).resolve("3"));
    assertThat(ask(ONE, "ls /dev/shm")).isEmpty();
  }

  @Test
  void aMachineThatWasBootedAnewHasNothingOfItsEarlierLife() throws IOException {
    MachineHandle handle = start(ONE);
    ask(ONE, NOISE);
    snapshot(ONE, 1, handle, 1, false);
    kill(ONE, 1);

    MachineHandle anew = answered(runtime().start(request(ONE, 2, WAITS)));
    snapshot(ONE, 2, anew, 2, false);

    assertThat(differing(ONE, anew, 2)).as("foreign pages").isZero();
  }

  /// In how many pages a snapshot differs from the machine, which stands still since.
  private int differing(JobId job, MachineHandle handle, int number) throws IOException {
    Path snapshot = snapshots(job).resolve(Integer.toString(number));
    Manifest manifest = SnapshotDirectory.manifest(snapshot);
    long bytes = manifest.hardware().memoryBytes();
    long inode = (long) Files.getAttribute(snapshot.resolve(Manifest.BASE + ".pages"), "unix:ino");
    long pid = QemuHandle.parse(handle).orElseThrow().process().pid();
    ProcessMemory machine = PrivatePages.mapping(pid, inode, bytes);
    int differing = 0;
    try (Arena arena = Arena.ofConfined();
        Memory frozen =
            Memory.open(Pages.count(bytes), SnapshotDirectory.memory(snapshot, manifest))) {
      MemorySegment is = arena.allocate(Pages.SIZE, Pages.SIZE);
      MemorySegment said = arena.allocate(Pages.SIZE, Pages.SIZE);
      for (int page = 0; page < frozen.pageCount(); page++) {
        long at = (long) page * Pages.SIZE;
        machine.read(List.of(new ProcessMemory.Piece(at, Pages.SIZE)), is);
        frozen.read(List.of(new Run(page, 1)), said);
        if (is.mismatch(said) >= 0) {
          differing++;
        }
      }
    }
    return differing;
  }
}
