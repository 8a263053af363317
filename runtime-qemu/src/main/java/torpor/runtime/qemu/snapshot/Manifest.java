package torpor.runtime.qemu.snapshot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.disk.VolumeDisk;
import torpor.runtime.qemu.vmm.Hardware;

/// What a frozen machine is made of and needs.
///
/// @param machine whose memory it is; another one that is made of it gets names of its own
/// @param qemuVersion for people
/// @param qemuBuild the only one that can read the state
/// @param tscKilohertz rate of the host's time stamp counter where the guest set its clock to it
/// @param processorFlags that the guest may have seen and a host must have
/// @param kernel digest of kernel and initramfs, for information: the guest's memory holds them
/// @param image digest of the image whose root file system the guest has mounted
/// @param layers names of the memory's layers over the base, oldest first
/// @param disk the writable disk's chain, bottom first
/// @param diskBytes how large it looks to the guest
/// @param volumes the machine's volumes, each with its chain
/// @param console up to where the workload's output had been taken
/// @param parent number of the snapshot whose layers this one shares
/// @param files everything else in the directory, with its length and its checksum
public record Manifest(
    String machine,
    Hardware hardware,
    String qemuVersion,
    String qemuBuild,
    long tscKilohertz,
    Set<String> processorFlags,
    String kernel,
    Optional<String> image,
    List<String> layers,
    List<DiskFile> disk,
    long diskBytes,
    List<VolumeDisk> volumes,
    ConsoleOffsets console,
    Optional<Integer> parent,
    List<FileEntry> files) {
  public static final String FILE = "manifest.json";
  public static final String STATE = "state";
  public static final String BASE = "base";
  public static final String CONFIG = "config";
  public static final int FORMAT = 1;

  public Manifest {
    processorFlags = Set.copyOf(processorFlags);
    layers = List.copyOf(layers);
    disk = List.copyOf(disk);
    volumes = List.copyOf(volumes);
    files = List.copyOf(files);
  }

  /// Of a machine that has no volumes.
  public Manifest(
      String machine,
      Hardware hardware,
      String qemuVersion,
      String qemuBuild,
      long tscKilohertz,
      Set<String> processorFlags,
      String kernel,
      Optional<String> image,
      List<String> layers,
      List<DiskFile> disk,
      long diskBytes,
      ConsoleOffsets console,
      Optional<Integer> parent,
      List<FileEntry> files) {
    this(
        machine,
        hardware,
        qemuVersion,
        qemuBuild,
        tscKilohertz,
        processorFlags,
        kernel,
        image,
        layers,
        disk,
        diskBytes,
        List.of(),
        console,
        parent,
        files);
  }

  /// The same with another chain of disk files.
  public Manifest withDisk(List<DiskFile> chain) {
    return copy(machine, layers, chain, volumes, console, parent, files);
  }

  /// The same with other volumes.
  public Manifest withVolumes(List<VolumeDisk> disks) {
    return copy(machine, layers, disk, disks, console, parent, files);
  }

  /// The same under another machine's name.
  public Manifest of(String owner) {
    return copy(owner, layers, disk, volumes, console, parent, files);
  }

  /// The same with another memory.
  public Manifest withMemory(List<String> names, Optional<Integer> sharedWith) {
    return copy(machine, names, disk, volumes, console, sharedWith, files);
  }

  public Manifest withConsole(ConsoleOffsets offsets) {
    return copy(machine, layers, disk, volumes, offsets, parent, files);
  }

  Manifest withFiles(List<FileEntry> entries) {
    return copy(machine, layers, disk, volumes, console, parent, entries);
  }

  private Manifest copy(
      String owner,
      List<String> names,
      List<DiskFile> chain,
      List<VolumeDisk> attached,
      ConsoleOffsets offsets,
      Optional<Integer> sharedWith,
      List<FileEntry> entries) {
    return new Manifest(
        owner,
        hardware,
        qemuVersion,
        qemuBuild,
        tscKilohertz,
        processorFlags,
        kernel,
        image,
        names,
        chain,
        diskBytes,
        attached,
        offsets,
        sharedWith,
        entries);
  }

  /// The same with one layer in the place of several that follow each other.
  ///
  /// @param replaced their names; each is in this manifest
  /// @param made its name, and the entries of its files
  Manifest withReplaced(List<String> replaced, String made, List<FileEntry> entries) {
    int at = Collections.indexOfSubList(layers, replaced);
    if (at < 0) {
      throw new IllegalArgumentException("not the layers of this snapshot: " + replaced);
    }
    List<String> names = new ArrayList<>(layers);
    names.subList(at, at + replaced.size()).clear();
    names.add(at, made);
    List<FileEntry> others = new ArrayList<>(files);
    others.removeIf(entry -> replaced.contains(layerOf(entry.name())));
    others.addAll(entries);
    return copy(machine, names, disk, volumes, console, parent, others);
  }

  private static String layerOf(String file) {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  /// @param crc32c of the whole file, where it is read as a whole each time
  /// @param contents a disk's [ContentSum], for whoever has the time; the memory's layers have
  ///   checksums of their own in their indices
  public record FileEntry(
      String name, long bytes, Optional<Integer> crc32c, Optional<Integer> contents) {}

  /// @param output of standard output, in bytes from the program's start
  /// @param errors of standard error
  public record ConsoleOffsets(long output, long errors) {
    public static final ConsoleOffsets START = new ConsoleOffsets(0, 0);
  }

  /// What the snapshot holds that its parent does not: the newest layer of the memory and of each
  /// disk, and the devices.
  public long ownBytes() {
    String layer = layers.getLast() + ".";
    Set<String> tops =
        Stream.concat(Stream.of(disk), volumes.stream().map(VolumeDisk::chain))
            .map(chain -> chain.getLast().name())
            .collect(Collectors.toSet());
    return files.stream()
        .filter(file ->
            file.name().startsWith(layer)
                || tops.contains(file.name())
                || file.name().equals(STATE))
        .mapToLong(FileEntry::bytes)
        .sum();
  }
}
