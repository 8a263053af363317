package torpor.bench.machines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.Workbench;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// What snapshots take up on the disk.
final class StoredBytes {
  private static final int TICK_MILLIS = 20;
  private static final int FIRST = 32;
  private static final int AGAIN = 16;
  private static final double SLACK = 2;
  private static final double MEBIBYTE = 1 << 20;
  private static final int BLOCK = 512;
  private static final String NAME = "stored";

  private StoredBytes() {}

  static List<Finding> measure(Farm farm) throws IOException {
    Instance subject = farm.create(NAME, Snapshots.MEBIBYTES, TICK_MILLIS);
    Asked.dirty(subject, FIRST);
    farm.put(NAME, "pause", "Paused");
    double live = OwnPages.bytes(farm.process(subject), farm.life(subject, 1)) / MEBIBYTE;
    double first = own(farm, subject, farm.snapshot(NAME)) / MEBIBYTE;
    farm.put(NAME, "resume", "Running");
    Asked.dirty(subject, AGAIN);
    double next = own(farm, subject, farm.snapshot(NAME)) / MEBIBYTE;
    farm.delete(NAME);
    return List.of(
        Finding.ratio(
            "stored for a snapshot, raw, to the pages of its own that are not zero",
            Spread.exactly(first / live),
            Optional.of(Bar.atMost(1.02)),
            List.of(Figure.of("stored", first, "MiB"), Figure.of("pages of its own", live, "MiB"))),
        new Finding(
            "stored for the next snapshot, 16 MiB dirty",
            Spread.exactly(next),
            "MiB",
            Optional.of(Bar.atMost(1.25 * AGAIN + SLACK)),
            List.of(Figure.of("dirty", AGAIN, "MiB"))));
  }

  /// What packing makes of the memory of a program in Python.
  static Finding packed(Workbench bench) throws IOException {
    PythonImage python = PythonImage.in(bench.directory("python"));
    List<String> settings = List.of("machines.compression=lz4", "machines.cold_after=1s");
    try (Farm farm = Farm.start(bench, "p", python.source(), settings)) {
      Instance subject = farm.create(NAME, Snapshots.MEBIBYTES, python.command());
      var _ = Asked.life(subject);
      farm.put(NAME, "pause", "Paused");
      double live = OwnPages.bytes(farm.process(subject), farm.life(subject, 1)) / MEBIBYTE;
      InstanceSnapshot snapshot = farm.snapshot(NAME);
      double raw = own(farm, subject, snapshot) / MEBIBYTE;
      Path directory = farm.snapshotDirectory(subject, snapshot);
      Farm.until("the snapshot is packed", () -> isPacked(directory));
      double packed = own(farm, subject, snapshot) / MEBIBYTE;
      farm.delete(NAME);
      return Finding.ratio(
          "stored for a snapshot of a program in Python, LZ4, to the pages of its own that are not"
              + " zero",
          Spread.exactly(packed / live),
          Optional.of(Bar.atMost(0.6)),
          List.of(
              Figure.of("stored", packed, "MiB"),
              Figure.of("stored before it was packed", raw, "MiB"),
              Figure.of("pages of its own", live, "MiB")));
    }
  }

  /// Whether it has one layer, packed, and nobody is at work on it any more.
  private static boolean isPacked(Path snapshot) {
    try (Stream<Path> files = Files.list(snapshot)) {
      List<Path> layers = files.filter(file -> file.toString().endsWith(".pages")).toList();
      List<Path> packed =
          layers.stream()
              .filter(file -> file.getFileName().toString().startsWith("packed-"))
              .toList();
      // Of the others there is the base.
      return packed.size() == 1
          && layers.size() == 2
          && (int) Files.getAttribute(packed.getFirst(), "unix:nlink") == 1;
    } catch (IOException e) {
      throw new UncheckedIOException("look at " + snapshot, e);
    }
  }

  /// Of files that no other snapshot and no template has: memory, devices, manifest.
  private static double own(Farm farm, Instance instance, InstanceSnapshot snapshot)
      throws IOException {
    try (Stream<Path> files = Files.list(farm.snapshotDirectory(instance, snapshot))) {
      double bytes = 0;
      for (Path file : files.toList()) {
        boolean own = (int) Files.getAttribute(file, "unix:nlink") == 1;
        if (own) {
          bytes += blocks(file) * (double) BLOCK;
        }
      }
      return bytes;
    }
  }

  /// Java does not tell the blocks of a file.
  private static long blocks(Path file) throws IOException {
    return Long.parseLong(MachineHost.run("stat", "-c", "%b", file.toString()));
  }
}
