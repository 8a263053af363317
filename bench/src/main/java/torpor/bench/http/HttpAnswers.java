package torpor.bench.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.bench.Benchmark;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.measure.Spread;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.Workbench;
import torpor.bench.transitions.SingleCommits;
import torpor.core.job.JobId;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;

/// How long one caller waits for a durable answer.
public final class HttpAnswers implements Benchmark {
  private static final Pattern LOCK =
      Pattern.compile("\"(?:id|lock|lock_id)\"\\s*:\\s*\"([^\"]+)\"");

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String about() {
    return """
    Subject: a program's `POST …/lock` and `DELETE …/lock/{id}` in turns, one caller, one \
    keep-alive connection, to a `serve` process with SQLite: parse, find the job, decide, \
    commit, answer. Floor: one loop in this process that updates a job's row with the same \
    statement and commits each time, in a SQLite file of its own on the same disk. p50 of each \
    block of calls.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    StoreAddress file = new StoreAddress.Sqlite(bench.directory("floor").resolve("t.db"));
    NoopJobs jobs;
    SqlJobStore made = EngineNode.open(file);
    try (made) {
      jobs = NoopJobs.in(made);
    }
    // A socket's path may have some hundred characters and no more.
    Path sockets = Files.createTempDirectory("torpor");
    bench.say("starting a daemon");
    try (Serve daemon = Serve.start(bench.directory("data"), sockets.resolve("socket"));
        SingleCommits floor =
            new SingleCommits(
                file, made.lease(), jobs, SingleCommits.Writes.JOB, 1, UnaryOperator.identity())) {
      JobId job = daemon.runningJob();
      try {
        String path = daemon.guestPath(job);
        bench.say("calls over TCP");
        Finding tcp = measure(bench, "TCP", daemon.tcp(), path, floor);
        bench.say("calls over a Unix socket");
        return List.of(tcp, measure(bench, "Unix socket", daemon.unix(), path, floor));
      } finally {
        daemon.end(job);
      }
    } finally {
      Workbench.remove(sockets);
    }
  }

  private static Finding measure(
      Workbench bench, String over, SocketAddress address, String job, SingleCommits floor)
      throws Exception {
    int calls = bench.scale().calls();
    try (KeepAlive connection = new KeepAlive(address)) {
      // The daemon's code gets warm, as it is after a minute of work.
      for (int i = 0; i < calls * 24; i++) {
        var _ = pair(connection, job);
      }
      Pairs pairs =
          Pairs.take(
              bench.scale().pairs() * 2,
              () -> p50(connection, job, calls / 2),
              () -> Spread.medianOf(floor.latencies(calls)).value());
      Spread uncommitted = uncommitted(connection, job, calls);
      Duration wait = Duration.ofNanos(Math.round(uncommitted.value() * 1e3));
      return Finding.ratio(
          "HTTP call to durable answer, p50, " + over,
          pairs.ratio(),
          Optional.of(Bar.atMost(2)),
          List.of(
              Figure.of("call", pairs.ofSubject(), "µs"),
              Figure.of("raw commit", pairs.ofFloor(), "µs"),
              Figure.of(
                  "raw commit by a thread that waited as long as a call without one",
                  Spread.medianOf(floor.latencies(calls, wait)),
                  "µs"),
              Figure.of("a call that commits nothing", uncommitted, "µs")));
    }
  }

  /// Reports progress, which is kept in memory: what HTTP and the engine cost without the disk.
  private static Spread uncommitted(KeepAlive connection, String job, int calls)
      throws IOException {
    double[] micros = new double[calls * 2];
    for (int i = -calls; i < micros.length; i++) {
      long began = System.nanoTime();
      var _ = Serve.expect(connection.call("POST", job + "/progress", "{\"percent\": 50}"));
      micros[Math.max(0, i)] = (System.nanoTime() - began) / 1e3;
    }
    return Spread.medianOf(micros);
  }

  private static double p50(KeepAlive connection, String job, int pairs) throws IOException {
    double[] micros = new double[pairs * 2];
    for (int i = 0; i < pairs; i++) {
      double[] two = pair(connection, job);
      micros[2 * i] = two[0];
      micros[2 * i + 1] = two[1];
    }
    return Spread.medianOf(micros).value();
  }

  private static double[] pair(KeepAlive connection, String job) throws IOException {
    long began = System.nanoTime();
    String locked = Serve.expect(connection.call("POST", job + "/lock", "{\"ttl\": \"60s\"}"));
    long between = System.nanoTime();
    Matcher id = LOCK.matcher(locked);
    if (!id.find()) {
      throw new IOException("no lock in " + locked);
    }
    long again = System.nanoTime();
    var _ = Serve.expect(connection.call("DELETE", job + "/lock/" + id.group(1), ""));
    return new double[] {(between - began) / 1e3, (System.nanoTime() - again) / 1e3};
  }
}
