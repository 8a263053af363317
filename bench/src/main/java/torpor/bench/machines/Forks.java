package torpor.bench.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.bench.Benchmark;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.Workbench;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// Many machines of one snapshot.
public final class Forks implements Benchmark {
  private static final int MEBIBYTES = 256;
  private static final int TICK_MILLIS = 50;
  private static final int AT_ONCE = 5;
  private static final int MANY = 20;
  private static final int FEW = 2;
  private static final double KIBIBYTES = 1_024;
  private static final String NAME = "subject";

  @Override
  public String name() {
    return "forks";
  }

  @Override
  public String about() {
    return """
    Five forks of one snapshot (256 MiB of RAM, emulated), asked for in one request, until each has \
    answered over TCP; floor: one restore of the same snapshot until it has answered. Then the \
    memory of twenty forks: proportional set size (`smaps_rollup`) of their QEMUs, what each beyond \
    the second adds; floor: the same of a machine that was booted.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    try (Farm farm = Farm.start(bench)) {
      Instance booted = farm.create("booted", MEBIBYTES, TICK_MILLIS);
      var _ = Asked.life(booted);
      double cold = proportional(farm, List.of(booted));
      if (bench.scale().rounds() > 1) {
        farm.awaitTemplates();
      }
      farm.delete("booted");
      Instance subject = farm.create(NAME, MEBIBYTES, TICK_MILLIS);
      String life = Asked.life(subject);
      InstanceSnapshot snapshot = farm.snapshot(NAME);
      List<Finding> findings = new ArrayList<>();
      findings.add(atOnce(bench, farm, snapshot, life));
      findings.add(memory(bench, farm, snapshot, cold));
      return findings;
    }
  }

  private static Finding atOnce(Workbench bench, Farm farm, InstanceSnapshot snapshot, String life)
      throws IOException {
    int rounds = bench.scale().rounds() + 2;
    double[] five = new double[rounds];
    double[] one = new double[rounds];
    for (int i = -1; i < rounds; i++) {
      bench.say("five forks, round " + i);
      int to = Math.max(i, 0);
      Instance stopped = farm.stop(NAME);
      long began = System.nanoTime();
      farm.restore(stopped, snapshot);
      demand(life, farm.show(NAME));
      one[to] = (System.nanoTime() - began) / 1e6;
      farm.stop(NAME);
      long again = System.nanoTime();
      List<Instance> forks = farm.fork(snapshot, "five", AT_ONCE);
      for (Instance fork : forks) {
        demand(life, fork);
      }
      five[to] = (System.nanoTime() - again) / 1e6;
      for (Instance fork : forks) {
        farm.delete(fork.name());
      }
    }
    return Finding.ratio(
        "five forks until all have answered, to one restore",
        Spread.medianOf(Restores.ratios(five, one)),
        Optional.of(Bar.atMost(6)),
        List.of(
            Figure.of("five forks", Spread.medianOf(five), "ms"),
            Figure.of("one restore", Spread.medianOf(one), "ms")));
  }

  private static void demand(String life, Instance fork) throws IOException {
    if (!Asked.life(fork).equals(life)) {
      throw new IOException(fork.name() + " was booted and not forked");
    }
  }

  private static Finding memory(Workbench bench, Farm farm, InstanceSnapshot snapshot, double cold)
      throws IOException {
    int count = bench.scale().rounds() > 1 ? MANY : FEW + 1;
    bench.say(count + " forks");
    List<Instance> forks = new ArrayList<>(farm.fork(snapshot, "few", FEW));
    double few = proportional(farm, forks);
    forks.addAll(farm.fork(snapshot, "more", count - FEW));
    for (Instance fork : forks) {
      var _ = Asked.life(fork);
    }
    double all = proportional(farm, forks);
    double each = (all - few) / (count - FEW);
    return Finding.ratio(
        "proportional memory of each fork from the third to number %d, to a booted machine"
            .formatted(count),
        Spread.exactly(each / cold),
        Optional.of(Bar.atMost(0.45)),
        List.of(
            Figure.of("each fork", each, "MiB"),
            Figure.of("all of them", all, "MiB"),
            Figure.of("a booted machine", cold, "MiB")));
  }

  /// In MiB.
  private static double proportional(Farm farm, List<Instance> instances) throws IOException {
    double sum = 0;
    for (Instance instance : instances) {
      Path file = Path.of("/proc", Long.toString(farm.process(instance)), "smaps_rollup");
      sum +=
          Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("Pss:"))
              .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
              .sum();
    }
    return sum / KIBIBYTES;
  }
}
