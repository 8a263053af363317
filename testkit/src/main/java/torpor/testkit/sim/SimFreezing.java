package torpor.testkit.sim;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.SnapshotTarget;

/// How a [SimRuntime] takes snapshots: whole, not at all, or at the price of the machine.
final class SimFreezing {
  private final boolean outside;
  private final Stage stage;
  private final MachineHost host;
  private final DiskTree disk;
  private final Ledger ledger;
  private final Map<GuestMachine, Guest> guests;

  /// @param outside whether its machines go on without the daemon
  SimFreezing(
      boolean outside,
      Stage stage,
      MachineHost host,
      DiskTree disk,
      Ledger ledger,
      Map<GuestMachine, Guest> guests) {
    this.outside = outside;
    this.stage = stage;
    this.host = host;
    this.disk = disk;
    this.ledger = ledger;
    this.guests = guests;
  }

  static MachineFailure failure(MachineFailure.Kind kind, String what, boolean lost) {
    return new MachineFailure(
        kind,
        Refusal.of(
            kind == MachineFailure.Kind.NO_SPACE
                ? RefusalCode.NO_SPACE
                : RefusalCode.CHECKPOINT_FAILED,
            what,
            "Repeat it."),
        lost,
        new IOException("simulated"));
  }

  CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    CompletableFuture<SnapshotFacts> taken = new CompletableFuture<>();
    String what = "snapshot %s/%s".formatted(target.job(), target.number());
    if (!stage.survives(what + " begins")) {
      return taken;
    }
    Optional<GuestMachine> found =
        outside && stage.life().cutOff()
            ? Optional.empty()
            : host.find(target.job(), target.generation()).filter(GuestMachine::live);
    if (found.isEmpty()) {
      stage.later(() ->
          taken.completeExceptionally(
              failure(MachineFailure.Kind.OTHER, "the machine is gone", true)));
      return taken;
    }
    GuestMachine machine = found.orElseThrow();
    ledger.check(
        machine.handle().equals(target.machine()),
        Promise.PORT_RULES,
        "%s of %s, which is %s",
        what,
        target.machine(),
        machine.handle());
    machine.freeze();
    stage.later(() -> write(machine, target, taken, what));
    return taken;
  }

  private GuestMemory memory(GuestMachine machine) {
    Guest guest = guests.get(machine);
    return guest == null ? GuestMemory.FRESH : guest.memory();
  }

  private void write(
      GuestMachine machine,
      SnapshotTarget target,
      CompletableFuture<SnapshotFacts> taken,
      String what) {
    Optional<SnapshotContent> content = disk.content(target.staging());
    if (!machine.live() || (outside && stage.life().cutOff())) {
      taken.completeExceptionally(failure(MachineFailure.Kind.OTHER, "the machine is gone", true));
    } else if (content.isEmpty() || stage.dice().chance(stage.trouble().snapshot())) {
      fail(machine, taken);
    } else {
      content.orElseThrow().write(memory(machine));
      stage.trace().say("%s: %s is written", stage.life(), what);
      if (stage.survives(what + " is written")) {
        stage.later(() -> taken.complete(new SnapshotFacts(1, Optional.empty())));
      }
    }
  }

  private void fail(GuestMachine machine, CompletableFuture<SnapshotFacts> taken) {
    boolean lost = stage.dice().chance(0.4);
    stage.trace().say("%s: its snapshot FAILS%s", machine.life(), lost ? ", it is lost" : "");
    if (lost && stage.dice().chance(0.5)) {
      machine.end(new ExitStatus.Lost("died of its snapshot"));
    } else if (lost) {
      host.forget(machine);
    } else if (outside) {
      machine.thaw();
    }
    MachineFailure.Kind kind =
        stage.dice().chance(0.5) ? MachineFailure.Kind.NO_SPACE : MachineFailure.Kind.OTHER;
    stage.later(() -> taken.completeExceptionally(failure(kind, "not taken", lost)));
  }
}
