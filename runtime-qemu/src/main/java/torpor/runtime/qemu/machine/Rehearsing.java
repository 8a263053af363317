package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.spec.VolumeMount;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.vmm.Launch;

/// Tries whether a machine can be made from a snapshot. Thread-safe; the methods wait.
record Rehearsing(MachineBuilder builder) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Makes a machine from a snapshot that nobody can reach, and ends it as soon as its guest has
  /// answered. Its programs stay frozen.
  ///
  /// @param place of its own, gone afterwards
  /// @param snapshot one that was checked in full
  void rehearse(Place place, Path rootfs, Path snapshot, Manifest frozen)
      throws IOException, InterruptedException {
    Manifest built = builder.thawed(place, copies(frozen), snapshot, frozen);
    Optional<Launch.Wire> wire =
        frozen.hardware().network() ? Optional.of(new Launch.Isolated()) : Optional.empty();
    ConsoleLog console = ConsoleLog.from(frozen.console(), place.console(), place.journal());
    MachineBuilder.Frozen checked = new MachineBuilder.Frozen(snapshot, frozen, Checking.passed());
    Machine machine = builder.revive(place, rootfs, wire, checked, built, console);
    try {
      machine.greet();
      // Not as a machine that is to stay: it would begin to shorten its disk.
      machine.monitor().execute("cont", PATIENCE);
      machine.settle(PATIENCE);
    } finally {
      machine.end();
    }
  }

  /// The volumes that a frozen machine has, as nobody else's: what it wrote becomes a copy.
  private static List<VolumeOrder> copies(Manifest frozen) {
    List<VolumeOrder> orders = new ArrayList<>();
    for (VolumeDisk disk : frozen.volumes()) {
      VolumeMount.Mode mode = disk.isWritten() ? VolumeMount.Mode.COPY : disk.mode();
      orders.add(new VolumeOrder(orders.size(), disk.volume(), mode, "/"));
    }
    return orders;
  }
}
