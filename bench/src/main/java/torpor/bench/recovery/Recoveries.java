package torpor.bench.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import torpor.bench.Benchmark;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.process.ChildJvm;
import torpor.bench.sleepers.Sleepers;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;
import torpor.store.StoreAddress;

/// Start after `kill -9`, with very much to look after.
public final class Recoveries implements Benchmark {
  private static final List<String> FLAGS =
      List.of("-Dlogback.configurationFile=torpor/bench/logback.xml");

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public String about() {
    return """
    A process with a store of a million sleepers and 10,000 running jobs is killed with \
    SIGKILL while it brings those jobs up. Subject: from the start of the next process to \
    ready: every job that was in flight has been looked for, decided and committed (their \
    machines are gone, so each begins again). Floor: from the start of a JVM that opens the \
    same file and reads the same live rows to its end of reading. SQLite.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    Scale scale = bench.scale();
    Path file = bench.directory("many").resolve("t.db");
    bench.say(
        "writing %,d sleepers and %,d running jobs".formatted(scale.sleepers(), scale.running()));
    Sleepers sleepers = Sleepers.in(new StoreAddress.Sqlite(file)).crowd(scale.sleepers());
    sleepers.running(scale.running());
    bench.say("kills and restarts");
    Pairs pairs =
        Pairs.take(
            scale.rounds(),
            () -> seconds(NodeProcess.class, file, scale.running()),
            () -> seconds(ScanProcess.class, file, scale.running()));
    return List.of(
        Finding.ratio(
            "ready after kill -9, %,d running, %,d asleep"
                .formatted(scale.running(), scale.sleepers()),
            pairs.ratio(),
            Optional.empty(),
            List.of(
                Figure.of("recovery", pairs.ofSubject(), "s"),
                Figure.of("JVM start and raw scan", pairs.ofFloor(), "s"))));
  }

  /// The process is killed right after, in the middle of what it went on to do.
  private static double seconds(Class<?> main, Path file, int running) throws IOException {
    try (ChildJvm child =
        ChildJvm.start(
            FLAGS,
            main.getName(),
            List.of(file.toString(), Integer.toString(running)),
            NodeProcess.READY)) {
      double seconds = child.awaitReady().toNanos() / 1e9;
      child.kill();
      return seconds;
    }
  }
}
