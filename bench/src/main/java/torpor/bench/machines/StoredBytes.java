package torpor.bench.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
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
