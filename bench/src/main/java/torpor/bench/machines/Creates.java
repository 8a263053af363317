package torpor.bench.machines;

import java.io.IOException;
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

/// How soon a new machine does something.
public final class Creates implements Benchmark {
  private static final int MEBIBYTES = 256;
  private static final int TICK_MILLIS = 2;
  private static final String KEPT = "kept";

  @Override
  public String name() {
    return "create";
  }

  @Override
  public String about() {
    return """
    From `POST /v1/instances` to the first output of the program, the image being there; a machine \
    of 256 MiB, emulated. Floor: a cold create, where there is no template. Subjects: a create \
    where there is one of the image, and a restore from a snapshot of a machine that was stopped (to \
    its first tick after). One of each in every round.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    int rounds = bench.scale().rounds();
    double[] cold = new double[rounds];
    double[] warm = new double[rounds];
    double[] restored = new double[rounds];
    try (Farm farm = Farm.start(bench)) {
      farm.create(KEPT, MEBIBYTES, TICK_MILLIS);
      InstanceSnapshot snapshot = farm.snapshot(KEPT);
      farm.awaitTemplates();
      for (int i = 0; i < rounds; i++) {
        bench.say("round " + (i + 1) + " of " + rounds);
        restored[i] = restored(farm, snapshot);
        farm.stop(KEPT);
        farm.forgetTemplates();
        cold[i] = created(farm, "cold-" + i);
        farm.awaitTemplates();
        warm[i] = created(farm, "warm-" + i);
      }
    }
    return findings(cold, warm, restored);
  }

  private static double created(Farm farm, String name) throws IOException {
    double millis = farm.createToTick(name, MEBIBYTES, TICK_MILLIS);
    farm.delete(name);
    return millis;
  }

  private static double restored(Farm farm, InstanceSnapshot snapshot) throws IOException {
    Instance now = farm.stop(KEPT);
    return farm.restoreToTick(now, snapshot).millis();
  }

  private static List<Finding> findings(double[] cold, double[] warm, double[] restored) {
    Figure floor = Figure.of("cold", Spread.medianOf(cold), "ms");
    return List.of(
        Finding.ratio(
            "create from a template to the first output, to a cold create",
            Spread.medianOf(Restores.ratios(warm, cold)),
            Optional.of(Bar.atMost(0.25)),
            List.of(Figure.of("from a template", Spread.medianOf(warm), "ms"), floor)),
        Finding.ratio(
            "restore through the API to the first tick, to a cold create",
            Spread.medianOf(Restores.ratios(restored, cold)),
            Optional.of(Bar.atMost(1.0 / 12)),
            List.of(Figure.of("restore", Spread.medianOf(restored), "ms"), floor)));
  }
}
