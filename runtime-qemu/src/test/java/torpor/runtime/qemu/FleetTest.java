package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.failed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.RefusalCode;
import torpor.engine.machine.MachineFailure;
import torpor.host.process.ProcessIdentity;

/// What hand-driven machines do that those of jobs do not: stand still, and keep their disk.
class FleetTest extends OnRealFleet {
  @Test
  void whatIsOnTheDiskOutlivesTheMachine() throws Exception {
    Fleet fleet = real().open();
    answered(fleet.start(real().order(fleet, 1)));
    RealFleet.ask(fleet, "echo kept > /file; echo gone > /dev/shm/file; sync");
    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ofSeconds(2)));

    answered(fleet.start(real().order(fleet, 2)));

    assertThat(RealFleet.ask(fleet, "cat /file; ls /dev/shm; hostname")).isEqualTo("kept\nbox");
    assertThat(real().endings()).isEmpty();
  }

  @Test
  void aPausedMachineStandsStillAndIsAdoptedSo() throws Exception {
    Fleet first = real().open();
    MachineHandle handle = answered(first.start(real().order(first, 1)));
    RealFleet.ask(first, "echo here > /dev/shm/file");
    answered(first.pause(first.name(RealFleet.NAME, 1)));
    first.leaveAll();
    real().host().close();
    Fleet second = real().open();

    Optional<Adoptions.Adopted> found =
        answered(
            second.adopt(
                real().place(second, 1), Optional.of(handle), true, real().endings()::add));

    assertThat(found).contains(new Adoptions.Adopted(handle, true));
    answered(second.resume(second.name(RealFleet.NAME, 1)));
    assertThat(RealFleet.ask(second, "cat /dev/shm/file")).isEqualTo("here");
  }

  @Test
  void aPausedMachineIsFrozenAsItStandsAndGoesOn() throws Exception {
    Fleet fleet = real().open();
    answered(fleet.start(real().order(fleet, 1)));
    RealFleet.ask(fleet, "echo here > /dev/shm/file");
    answered(fleet.pause(fleet.name(RealFleet.NAME, 1)));
    Path frozen = Files.createDirectories(data.resolve("frozen"));

    answered(fleet.snapshot(fleet.name(RealFleet.NAME, 1), frozen, Optional.empty(), true));
    assertThat(fleet.machine(RealFleet.NAME).orElseThrow().isPaused()).isTrue();
    answered(fleet.resume(fleet.name(RealFleet.NAME, 1)));
    assertThat(RealFleet.ask(fleet, "cat /dev/shm/file; echo later > /dev/shm/file"))
        .isEqualTo("here");
    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ZERO));
    answered(fleet.restore(real().order(fleet, 2), frozen));

    assertThat(RealFleet.ask(fleet, "cat /dev/shm/file")).isEqualTo("here");
  }

  @Test
  void aRestoreThatComesToNothingLeavesTheDiskAsItWas() throws Exception {
    Fleet fleet = real().open();
    answered(fleet.start(real().order(fleet, 1)));
    RealFleet.ask(fleet, "echo then > /file; sync");
    Path frozen = Files.createDirectories(data.resolve("frozen"));
    answered(fleet.snapshot(fleet.name(RealFleet.NAME, 1), frozen, Optional.empty(), true));
    RealFleet.ask(fleet, "echo now > /file; sync");
    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ofSeconds(2)));
    damage(frozen);

    assertThat(fleet.restore(real().order(fleet, 2), frozen))
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withMessageContaining("checksum")
        .withMessageContaining("its snapshot frozen");

    answered(fleet.start(real().order(fleet, 3)));
    assertThat(RealFleet.ask(fleet, "cat /file")).isEqualTo("now");
  }

  @Test
  void aMachineThatDiesUnderItsSnapshotHasEndedAndThatIsWhatIsSaid() throws Exception {
    Fleet fleet = real().open();
    answered(fleet.start(real().order(fleet, 1)));
    ProcessIdentity qemu = fleet.machine(RealFleet.NAME).orElseThrow().vmm().process();
    // So that the snapshot does not get far.
    new ProcessBuilder("kill", "-STOP", Long.toString(qemu.pid())).start().waitFor();

    CompletableFuture<?> asked =
        fleet.snapshot(
            fleet.name(RealFleet.NAME, 1),
            Files.createDirectories(data.resolve("frozen")),
            Optional.empty(),
            false);
    qemu.kill();

    MachineFailure failure = failed(asked);
    assertThat(failure.machineLost()).isTrue();
    assertThat(failure.refusal().code()).isEqualTo(RefusalCode.INSTANCE_STATE);
    assertThat(real().endings().poll(60, TimeUnit.SECONDS)).isInstanceOf(ExitStatus.Lost.class);
  }

  /// Flips a byte of its memory that is not looked at before its machine is made.
  private static void damage(Path frozen) throws IOException {
    try (var layers = Files.newDirectoryStream(frozen, "memory-*.pages")) {
      Path layer = layers.iterator().next();
      byte[] pages = Files.readAllBytes(layer);
      pages[pages.length / 2] ^= 1;
      Files.delete(layer);
      Files.write(layer, pages);
    }
  }

  @Test
  void anotherLifeOfTheHostKnowsNoMachines() throws Exception {
    Fleet fleet = real().open();
    MachineHandle old = new MachineHandle("pid=1 start=1 boot=0000");

    assertThat(
            answered(
                fleet.adopt(real().place(fleet, 1), Optional.of(old), true, real().endings()::add)))
        .isEmpty();
  }
}
