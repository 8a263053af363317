package torpor.bench.machines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.Workbench;
import torpor.wire.instance.Instance;

/// For how long a machine is silent when a snapshot is taken of it.
final class Pauses {
  private static final int SMALL = 256;
  private static final int LARGE = 1_024;
  private static final int TICK_MILLIS = 2;
  private static final int STANDBY_DIRTY = 16;
  private static final List<Integer> DIRTY = List.of(16, 64, 128);
  private static final String NAME = "pauses";

  private Pauses() {}

  static List<Finding> measure(Workbench bench, Farm farm) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (int dirty : bench.scale().rounds() > 1 ? DIRTY : DIRTY.subList(0, 1)) {
      bench.say(dirty + " MiB dirty");
      findings.add(pauses(bench, farm, dirty));
    }
    bench.say("standby by size");
    findings.add(standbys(bench, farm));
    return findings;
  }

  private static Finding pauses(Workbench bench, Farm farm, int dirty) throws IOException {
    int rounds = bench.scale().rounds() + 2;
    double[] pause = new double[rounds];
    double[] none = new double[rounds];
    double[] written = new double[rounds];
    Instance subject = farm.create(NAME, Snapshots.MEBIBYTES, TICK_MILLIS);
    Asked.dirty(subject, dirty);
    double first = silence(farm, subject);
    for (int i = 0; i < rounds; i++) {
      Asked.dirty(subject, dirty);
      pause[i] = silence(farm, subject);
      none[i] = silence(farm, subject);
      written[i] = write(bench.root().resolve("written"), dirty);
    }
    farm.delete(NAME);
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ratios[i] = pause[i] / (none[i] + written[i]);
    }
    return Finding.ratio(
        "silence of a checkpoint, %d MiB dirty, to writing them and an empty one".formatted(dirty),
        Spread.medianOf(ratios),
        Optional.of(Bar.atMost(2)),
        List.of(
            Figure.of("checkpoint", Spread.medianOf(pause), "ms"),
            Figure.of("the first of the machine", first, "ms"),
            Figure.of("empty checkpoint", Spread.medianOf(none), "ms"),
            Figure.of("written", Spread.medianOf(written), "ms")));
  }

  /// Of one snapshot, in milliseconds.
  private static double silence(Farm farm, Instance subject) throws IOException {
    try (Ticks.Gap gap = new Ticks.Gap(farm.console(subject, subject.generation()))) {
      var _ = farm.snapshot(NAME);
      return gap.endMillis();
    }
  }

  /// How many milliseconds it takes.
  private static double write(Path file, int mebibytes) throws IOException {
    byte[] noise = new byte[1 << 20];
    ThreadLocalRandom.current().nextBytes(noise);
    ByteBuffer buffer = ByteBuffer.allocateDirect(noise.length).put(noise);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long began = System.nanoTime();
      for (int i = 0; i < mebibytes; i++) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      return (System.nanoTime() - began) / 1e6;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Finding standbys(Workbench bench, Farm farm) throws IOException {
    int rounds = bench.scale().rounds() + 2;
    farm.create("small", SMALL, TICK_MILLIS);
    farm.create("large", LARGE, TICK_MILLIS);
    double[] small = new double[rounds];
    double[] large = new double[rounds];
    for (int i = -1; i < rounds; i++) {
      int to = Math.max(i, 0);
      if (i % 2 == 0) {
        small[to] = standby(farm, "small");
        large[to] = standby(farm, "large");
      } else {
        large[to] = standby(farm, "large");
        small[to] = standby(farm, "small");
      }
    }
    farm.delete("small");
    farm.delete("large");
    return Finding.ratio(
        "standby of 1024 MiB, to one of 256 MiB",
        Spread.medianOf(Restores.ratios(large, small)),
        Optional.of(Bar.atMost(1.2)),
        List.of(
            Figure.of("1024 MiB", Spread.medianOf(large), "ms"),
            Figure.of("256 MiB", Spread.medianOf(small), "ms")));
  }

  private static double standby(Farm farm, String name) throws IOException {
    Asked.dirty(farm.show(name), STANDBY_DIRTY);
    long began = System.nanoTime();
    farm.put(name, "standby", "Standby");
    double millis = (System.nanoTime() - began) / 1e6;
    farm.put(name, "restore", "Running");
    return millis;
  }
}
