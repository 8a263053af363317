package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.instance.spec.VolumeMount;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.machine.MachineFailure;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.ChainRecord;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.disk.VolumeDisk;

/// Makes volumes into disks of one machine. Whoever owns the machine has seen to it that it may
/// have them.
record MachineVolumes(Place place, BlankDisks blanks) {

  /// Where the files of a machine's volume are.
  static Path directory(Place place, VolumeDisk disk) {
    return disk.mode() == VolumeMount.Mode.READ_WRITE
        ? place.volumes().resolve(disk.volume().ulid())
        : place.instance().resolve("volumes").resolve(disk.serial());
  }

  static DiskChain chain(Place place, VolumeDisk disk) {
    return new DiskChain(directory(place, disk), disk.chain(), disk.bytes());
  }

  /// For a machine that boots: volumes as they are now.
  List<VolumeDisk> ready(List<VolumeOrder> wanted) throws IOException, InterruptedException {
    List<VolumeDisk> disks = new ArrayList<>();
    for (VolumeOrder order : wanted) {
      VolumeDisk disk =
          new VolumeDisk(
              VolumeDisk.serial(order.number()), order.volume(), order.mode(), 0, List.of());
      DiskChain chain =
          switch (order.mode()) {
            case READ_WRITE, COPY -> reopened(ChainRecord.read(directory(place, disk)));
            case READ_ONLY, OVERLAY ->
                beneathOwn(
                    ChainRecord.read(place.volumes().resolve(order.volume().ulid())),
                    directory(place, disk));
          };
      disks.add(made(disk, chain));
    }
    return disks;
  }

  /// The file that is written is never the first, which is for others to build on.
  private DiskChain reopened(DiskChain chain) throws IOException, InterruptedException {
    DiskChain open = chain.files().size() == 1 ? chain.withLayer(blanks) : chain.reopened(blanks);
    ChainRecord.write(open);
    return open;
  }

  /// Somebody else's files with an empty one of its own on top.
  private DiskChain beneathOwn(DiskChain theirs, Path directory)
      throws IOException, InterruptedException {
    FileTrees.makeEmpty(directory);
    DiskChain own = onTop(theirs, directory);
    ChainRecord.write(own);
    return own;
  }

  private DiskChain onTop(DiskChain theirs, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    theirs.linkInto(directory);
    return new DiskChain(directory, theirs.files(), theirs.bytes()).withLayer(blanks);
  }

  private static VolumeDisk made(VolumeDisk disk, DiskChain chain) {
    List<DiskFile> files = chain.files();
    return new VolumeDisk(disk.serial(), disk.volume(), disk.mode(), chain.bytes(), files);
  }

  /// For a machine that goes on from a snapshot: volumes as they were then. One that it writes
  /// becomes that, for everybody, as soon as [Machine#record] says so.
  List<VolumeDisk> thawed(List<VolumeOrder> wanted, Path snapshot, List<VolumeDisk> frozen)
      throws IOException, InterruptedException {
    List<VolumeMount.Mode> modes = frozen.stream().map(was -> mode(was, wanted)).toList();
    List<VolumeDisk> disks = new ArrayList<>();
    for (int i = 0; i < frozen.size(); i++) {
      VolumeDisk was = frozen.get(i);
      VolumeDisk disk = new VolumeDisk(was.serial(), was.volume(), modes.get(i), 0, List.of());
      DiskChain then = new DiskChain(snapshot, was.chain(), was.bytes());
      Path directory = directory(place, disk);
      disks.add(
          made(
              disk,
              disk.mode() == VolumeMount.Mode.READ_WRITE
                  ? onTop(then, directory)
                  : beneathOwn(then, directory)));
    }
    return disks;
  }

  /// As it was, but for a fork, which has a copy of what its source wrote.
  private static VolumeMount.Mode mode(VolumeDisk was, List<VolumeOrder> wanted) {
    if (!was.isWritten()) {
      return was.mode();
    }
    Optional<VolumeMount.Mode> now =
        wanted.stream()
            .filter(order -> order.volume().equals(was.volume()))
            .map(VolumeOrder::mode)
            .filter(mode -> mode == VolumeMount.Mode.READ_WRITE || mode == VolumeMount.Mode.COPY)
            .findFirst();
    return now.orElseThrow(() ->
        new MachineFailure(
            MachineFailure.Kind.SNAPSHOT,
            Refusal.ofField(
                RefusalCode.SNAPSHOT_INCOMPATIBLE,
                "snapshot",
                "its machine writes %s, which the instance does not have to write any more"
                    .formatted(was.volume()),
                "Attach the volume to the instance again, or fork the snapshot.")));
  }
}
