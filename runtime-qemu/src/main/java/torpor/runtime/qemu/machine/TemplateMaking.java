package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.boot.ConfigDisk;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerWriter;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SeenContents;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Launch;

/// Makes what other machines are copied from. Thread-safe; the methods wait.
record TemplateMaking(MachineBuilder builder, SeenContents seen) {
  private static final Duration BOOT_PATIENCE = Duration.ofSeconds(60);
  private static final String BEFORE_DISKS = "modules";
  private static final String BEFORE_CONFIG = "root";

  /// Boots a machine up to where it waits, and freezes it there.
  ///
  /// @param place of its own, gone afterwards
  /// @param mounted whether it waits with the image's disks mounted, or before it looks for any
  /// @param into an empty directory
  void make(Place place, Blueprint blueprint, boolean mounted, Path into)
      throws IOException, InterruptedException {
    ConfigDisk.write(Records.NONE, place.directory().resolve(Manifest.CONFIG));
    Optional<Launch.Wire> wire =
        blueprint.hardware().network() ? Optional.of(new Launch.Unplugged()) : Optional.empty();
    Files.createDirectories(place.disk());
    DiskChain disk =
        mounted
            ? DiskChain.fresh(place.disk(), blueprint.diskBytes(), builder.blanks())
            : new DiskChain(place.disk(), List.of(), blueprint.diskBytes());
    Manifest built = builder.built(place, blueprint, disk);
    List<ObjectNode> disks =
        mounted ? MachineBuilder.disks(place, blueprint.rootfs(), built) : placeholders(blueprint);
    ConsoleLog console =
        ConsoleLog.from(Manifest.ConsoleOffsets.START, place.console(), place.journal());
    String waitsAt = mounted ? BEFORE_CONFIG : BEFORE_DISKS;
    Machine machine = builder.bootUpTo(waitsAt, place, built, disks, wire, console);
    try {
      machine.greet();
      machine.settle(BOOT_PATIENCE);
      machine.stop();
      Freezer.saveDevices(machine, into);
      ProcessMemory memory = Freezer.memory(machine);
      LayerWriter.base(memory, PrivatePages.of(memory), LayerFiles.in(into, Manifest.BASE));
      disk.linkInto(into);
      SnapshotDirectory.seal(into, built, seen);
    } finally {
      machine.end();
    }
  }

  private static List<ObjectNode> placeholders(Blueprint blueprint) {
    Set<String> readOnly = Set.of(Blueprint.ROOTFS, Blueprint.CONFIG);
    return blueprint.hardware().disks().stream()
        .map(
            serial -> BlockDevices.placeholder(serial, ConfigDisk.BYTES, readOnly.contains(serial)))
        .toList();
  }
}
