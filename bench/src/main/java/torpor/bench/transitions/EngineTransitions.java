package torpor.bench.transitions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import torpor.bench.Benchmark;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Pairs;
import torpor.bench.stage.ClosedLoop;
import torpor.bench.stage.EngineNode;
import torpor.bench.stage.NoopJobs;
import torpor.bench.stage.NoopRuntime;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Stages;
import torpor.bench.stage.Workbench;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.guest.GuestCalls;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.write.NodeLease;

/// The rate of the whole engine, rules and actors included.
public final class EngineTransitions implements Benchmark {
  private static final String LOCK = "critical-section";

  @Override
  public String name() {
    return "engine";
  }

  @Override
  public String about() {
    return """
    Subject: 256 running jobs whose programs take and give back a lock through the guest API \
    of a whole engine on SQLite: mailbox, rules, commit, answer. (Locks leave no line of \
    history, so one row is written.) Floor: one loop that updates the same row with the same \
    statement and commits each time.\
    """;
  }

  @Override
  public List<Finding> run(Workbench bench) throws Exception {
    Scale scale = bench.scale();
    StoreAddress floorFile = new StoreAddress.Sqlite(bench.directory("floor").resolve("t.db"));
    NoopJobs floorJobs;
    NodeLease lease;
    try (SqlJobStore store = EngineNode.open(floorFile)) {
      floorJobs = NoopJobs.in(store);
      lease = store.lease();
    }
    StoreAddress file = new StoreAddress.Sqlite(bench.directory("subject").resolve("t.db"));
    try (EngineNode node = new EngineNode(file, scale.callers(), NoopRuntime.Life.GOES_ON).start();
        SingleCommits floor =
            new SingleCommits(
                floorFile,
                lease,
                floorJobs,
                SingleCommits.Writes.JOB,
                1,
                UnaryOperator.identity())) {
      List<JobId> jobs = running(node, scale.callers());
      GuestCalls guests = node.engine().guests();
      AtomicIntegerArray asked = new AtomicIntegerArray(scale.callers());
      bench.say("calls/s through the engine");
      Pairs pairs =
          Pairs.take(
              scale.pairs(),
              () ->
                  ClosedLoop.rate(
                      scale.callers(),
                      scale.window(),
                      caller -> call(guests, jobs.get(caller), asked.getAndIncrement(caller))),
              () -> floor.rate(scale.window()));
      return List.of(
          Finding.ratio(
              "guest calls/s through the engine, SQLite",
              pairs.ratio(),
              Optional.empty(),
              List.of(
                  Figure.of("engine", pairs.ofSubject(), "/s"),
                  Figure.of("one commit each", pairs.ofFloor(), "/s"))));
    }
  }

  private static List<JobId> running(EngineNode node, int count) {
    NoopJobs.in(node.store());
    List<JobId> jobs =
        Stream.generate(() ->
                Stages.granted(
                        Stages.await(
                            node.engine()
                                .jobs()
                                .spawn(
                                    new SpawnRequest(
                                        NoopJobs.DEFINITION,
                                        "1",
                                        JobInputs.NONE,
                                        Optional.empty(),
                                        Optional.empty()))))
                    .id())
            .limit(count)
            .toList();
    JobStore.JobFilter running =
        new JobStore.JobFilter(java.util.Set.of(JobPhase.RUNNING), Optional.empty());
    long sequence = 0;
    while (Stages.await(node.store().list(running, Optional.empty(), count)).size() < count) {
      // Wakes up with the next commit.
      var news =
          Stages.await(
              node.engine()
                  .jobs()
                  .happenings(Optional.empty(), sequence, 1_000, Duration.ofSeconds(1)));
      sequence = news.isEmpty() ? sequence : news.getLast().sequence();
    }
    return jobs;
  }

  private static CompletionStage<?> call(GuestCalls guests, JobId job, int number) {
    return number % 2 == 0
        ? guests
            .lock(job, new JobEvent.LockAsked(Optional.empty(), LOCK, Duration.ofMinutes(5)))
            .thenApply(Stages::granted)
        : guests
            .unlock(job, new JobEvent.UnlockAsked(Optional.empty(), LOCK))
            .thenApply(Stages::granted);
  }
}
