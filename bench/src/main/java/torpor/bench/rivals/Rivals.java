package torpor.bench.rivals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.bench.Benchmark;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Spread;
import torpor.bench.stage.Postgresql;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;

/// Side by side with others.
public final class Rivals implements Benchmark {

  /// Starts a contender on a database of its own.
  private interface Entry {
    Contender start(Postgresql server) throws Exception;
  }

  private static final List<Entry> ENTRIES =
      List.of(
          server -> new TorporContender(server.address(server.newDatabase())),
          server -> new DbScheduler(server, server.newDatabase()),
          server -> new JobRunrServer(server, server.newDatabase()));

  /// What came out for one.
  ///
  /// @param rate jobs per second
  /// @param half, most milliseconds from enqueue to start that 50 and 99 of 100 jobs took at most
  private record Result(String name, String setUp, Spread rate, Spread half, Spread most) {}

  @Override
  public String name() {
    return "rivals";
  }

  @Override
  public String about() {
    return """
    No-op jobs on the same PostgreSQL server, each system in a fresh database, one system at a \
    time, in rounds. Jobs/s: 64 callers enqueue one by one, from the first call to the start \
    of the last job. Latency: from the call that enqueues to the start of the job, at a steady \
    rate. A no-op of the others is a method call in their own process; Torpor's is a machine \
    that is asked for, reported up, and reported ended, which takes four transitions with \
    history. Their settings are beside the figures.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    List<Result> results = new ArrayList<>();
    for (Entry entry : ENTRIES) {
      results.add(measure(bench, entry));
    }
    Result ours = results.getFirst();
    return results.stream()
        .skip(1)
        .flatMap(other -> compare(bench.scale(), ours, other).stream())
        .toList();
  }

  private static Result measure(Workbench bench, Entry entry) throws Exception {
    Scale scale = bench.scale();
    try (Contender contender = entry.start(bench.postgresql())) {
      bench.say(contender.name());
      Race.throughput(contender, scale.rivalJobs() / 10);
      Spread rate = rate(contender, scale);
      double[] millis =
          Race.latencies(contender, scale.rivalRate(), Duration.ofSeconds(scale.rivalSeconds()));
      return new Result(
          contender.name(),
          contender.setUp(),
          rate,
          Spread.quantileOf(millis, 0.5),
          Spread.quantileOf(millis, 0.99));
    }
  }

  private static Spread rate(Contender contender, Scale scale) {
    return Spread.medianOf(
        Stream.generate(() -> Race.throughput(contender, scale.rivalJobs()))
            .limit(scale.rounds())
            .mapToDouble(Double::doubleValue)
            .toArray());
  }

  private static Finding compare(
      String what, String unit, Result other, Spread us, Spread them, List<Figure> more) {
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.of("Torpor", us, unit));
    figures.add(Figure.of(other.name(), them, unit));
    figures.addAll(more);
    return Finding.ratio(
        what + ", Torpor to " + other.name(), us.per(them), Optional.empty(), figures);
  }

  private static List<Finding> compare(Scale scale, Result ours, Result other) {
    String latency = "enqueue to start at %d/s, ".formatted(scale.rivalRate());
    return List.of(
        compare(
            "jobs/s",
            "/s",
            other,
            ours.rate(),
            other.rate(),
            List.of(
                new Figure(other.name() + " with", other.setUp()),
                new Figure("Torpor with", ours.setUp()))),
        compare(latency + "p50", "ms", other, ours.half(), other.half(), List.of()),
        compare(latency + "p99", "ms", other, ours.most(), other.most(), List.of()));
  }
}
