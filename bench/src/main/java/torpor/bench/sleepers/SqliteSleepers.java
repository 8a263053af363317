package torpor.bench.sleepers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import torpor.bench.Benchmark;
import torpor.bench.measure.Finding;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;
import torpor.store.StoreAddress;

/// A crowd asleep in SQLite.
public final class SqliteSleepers implements Benchmark {
  @Override
  public String name() {
    return "sleepers";
  }

  @Override
  public String about() {
    return """
    A million jobs asleep in one SQLite file. (1) Asking the store who is due when nobody is, \
    beside a store with a thousand. (2) Live heap of a running engine, beside the same with a \
    thousand. (3) 500 more jobs a second fall due: from due to durably claimed, measured where \
    the commit completes; their machines are up at once and end at once, so each wake brings \
    two more transitions. (4) 100,000 fall due at one moment: an engine starts and wakes them, \
    beside a loop that writes the very same rows (the job, its token, two lines of history) in \
    transactions of 512 jobs, encoded beforehand and read by nobody. The engine also reads and \
    decodes each row, decides and encodes.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    Scale scale = bench.scale();
    bench.say("writing %,d sleepers".formatted(scale.sleepers()));
    Path file = bench.directory("many").resolve("t.db");
    Sleepers many = Sleepers.in(new StoreAddress.Sqlite(file)).crowd(scale.sleepers());
    Sleepers few =
        Sleepers.in(new StoreAddress.Sqlite(bench.directory("few").resolve("t.db")))
            .crowd(scale.fewSleepers());
    List<Finding> findings = new ArrayList<>();
    bench.say("empty due-polls");
    findings.add(DuePolls.measure("SQLite", scale, many, few));
    bench.say("heap");
    findings.add(Heap.measure(scale, many, few));
    bench.say("%d wakes/s".formatted(scale.wakesPerSecond()));
    findings.add(Wakes.measure(scale, many));
    bench.say("mass wake of %,d".formatted(scale.massWake()));
    findings.add(MassWake.measure(bench, file, many));
    return findings;
  }
}
