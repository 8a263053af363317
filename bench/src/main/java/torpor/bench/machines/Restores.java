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

/// How soon a frozen machine goes on.
public final class Restores implements Benchmark {
  private static final int MEBIBYTES = 256;
  private static final int TICK_MILLIS = 2;
  private static final int ROUNDS_PER_PAIR = 2;
  private static final double P95 = 0.95;
  private static final long CLOCK_MILLIS = 1_000;
  private static final String NAME = "subject";

  @Override
  public String name() {
    return "restore";
  }

  @Override
  public String about() {
    return """
    From asking to the first tick of the guest's program, which ticks every 2 ms on the serial \
    console; a machine of 256 MiB, made from a template, emulated (TCG), page cache warm. Subject: \
    `POST …/restore` of one snapshot of a stopped machine: commits, network, disks, QEMU, memory, \
    devices; entropy and clock are repaired before the program goes on. Floor 1: a script that does \
    the same by hand on the same files with the same QEMU arguments: network with one `sh`, one \
    connection to QEMU, which page goes where known beforehand, no checksums, nothing written down. \
    Floor 2: plain `qemu -incoming` from a file with the whole RAM, in a network that stands, \
    nothing repaired. The three take turns.\
    """;
  }

  /// What a life of the program is recognised by.
  private record Subject(Farm farm, Instance instance, InstanceSnapshot snapshot, String life) {}

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    HandNetwork.down();
    try (Farm farm = Farm.start(bench)) {
      bench.say("making a machine from a template");
      farm.makeTemplates(bench.scale(), MEBIBYTES);
      Instance instance = farm.create(NAME, MEBIBYTES, TICK_MILLIS);
      String life = Ticks.first(farm.console(instance, instance.generation())).join().life();
      Subject subject = new Subject(farm, instance, farm.snapshot(NAME), life);
      var _ = restore(subject);
      HandPlan plan = plan(subject);
      Path files = bench.directory("by-hand");
      HandRestore hand = new HandRestore(plan, blank(files), bench.root().resolve("h"));
      PlainIncoming plain = plain(subject, plan, files, bench.root().resolve("h"));
      bench.say("three ways in turns: " + plan.text());
      return measure(bench, subject, hand, plain);
    }
  }

  private static HandPlan plan(Subject subject) throws IOException {
    Farm farm = subject.farm();
    Instance now = farm.show(NAME);
    return HandPlan.of(
        farm.snapshotDirectory(now, subject.snapshot()),
        farm.commandLine(now),
        farm.life(now, now.generation()),
        farm.directory(now).resolve("disk"));
  }

  private static Path blank(Path files) throws IOException {
    Path blank = files.resolve("blank.qcow2");
    MachineHost.run("qemu-img", "create", "-q", "-f", "qcow2", blank.toString(), "64M");
    return blank;
  }

  private static PlainIncoming plain(Subject subject, HandPlan plan, Path files, Path life)
      throws IOException {
    Instance now = subject.farm().show(NAME);
    Path disk = subject.farm().directory(now).resolve("disk");
    try (var all = Files.list(disk)) {
      Path top =
          all.filter(file -> file.toString().endsWith(".qcow2"))
              .filter(file -> !Files.exists(plan.snapshot().resolve(file.getFileName())))
              .findFirst()
              .orElseThrow(() -> new IOException("the disk has no layer of its own"));
      Path running = subject.farm().life(now, now.generation());
      return PlainIncoming.of(plan, running, top, files, life);
    }
  }

  /// Milliseconds from the request to the first tick; the machine runs before and after it.
  private static double restore(Subject subject) throws IOException {
    Farm farm = subject.farm();
    Farm.Restored restored = farm.restoreToTick(farm.stop(NAME), subject.snapshot());
    demand(subject, restored.tick(), true);
    return restored.millis();
  }

  private static double demand(Subject subject, HandRestore.Done done, boolean repaired)
      throws IOException {
    demand(subject, done.tick(), repaired);
    return done.millis();
  }

  /// It is the same program, and its clock is right where that was asked for.
  private static void demand(Subject subject, Ticks.Tick tick, boolean repaired)
      throws IOException {
    if (!tick.life().equals(subject.life())) {
      throw new IOException("it was booted and not restored: " + tick);
    }
    if (repaired && Math.abs(tick.behindMillis()) > CLOCK_MILLIS) {
      throw new IOException("its clock was not repaired before it went on: " + tick);
    }
  }

  private static List<Finding> measure(
      Workbench bench, Subject subject, HandRestore hand, PlainIncoming plain) throws IOException {
    int rounds = bench.scale().pairs() * ROUNDS_PER_PAIR;
    double[] api = new double[rounds];
    double[] byHand = new double[rounds];
    double[] incoming = new double[rounds];
    for (int i = -1; i < rounds; i++) {
      // The first round warms all three up, and is written over.
      int to = Math.max(i, 0);
      for (int turn = 0; turn < 3; turn++) {
        switch ((i % 2 == 0 ? turn : 2 - turn)) {
          case 0 -> api[to] = restore(subject);
          case 1 -> byHand[to] = demand(subject, hand.run(), true);
          default -> incoming[to] = demand(subject, plain.run(), false);
        }
      }
    }
    return findings(api, byHand, incoming);
  }

  private static List<Finding> findings(double[] api, double[] byHand, double[] incoming) {
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.of("API p50", Spread.medianOf(api), "ms"));
    figures.add(Figure.of("by hand p50", Spread.medianOf(byHand), "ms"));
    Spread p95 = Spread.quantileOf(api, P95);
    Spread p95ByHand = Spread.quantileOf(byHand, P95);
    return List.of(
        Finding.ratio(
            "restore through the API to the first tick, p50, to a script by hand",
            Spread.medianOf(ratios(api, byHand)),
            Optional.of(Bar.atMost(1.1)),
            figures),
        Finding.ratio(
            "the same, p95",
            p95.per(p95ByHand),
            Optional.of(Bar.atMost(1.25)),
            List.of(Figure.of("API p95", p95, "ms"), Figure.of("by hand p95", p95ByHand, "ms"))),
        Finding.ratio(
            "restore through the API to the first tick, p50, to plain `-incoming`",
            Spread.medianOf(ratios(api, incoming)),
            Optional.of(Bar.atMost(0.6)),
            List.of(Figure.of("plain p50", Spread.medianOf(incoming), "ms"))));
  }

  /// Pair by pair.
  static double[] ratios(double[] subject, double[] floor) {
    double[] ratios = new double[subject.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = subject[i] / floor[i];
    }
    return ratios;
  }
}
