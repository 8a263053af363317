package torpor.bench;

import java.util.List;
import torpor.bench.http.HttpAnswers;
import torpor.bench.machines.Creates;
import torpor.bench.machines.Forks;
import torpor.bench.machines.Restores;
import torpor.bench.machines.Snapshots;
import torpor.bench.recovery.Recoveries;
import torpor.bench.rivals.Rivals;
import torpor.bench.sleepers.PostgresqlSleepers;
import torpor.bench.sleepers.SqliteSleepers;
import torpor.bench.transitions.EngineTransitions;
import torpor.bench.transitions.PostgresqlTransitions;
import torpor.bench.transitions.SqliteTransitions;

/// All of them, in the order they run.
public final class Benchmarks {
  public static final List<Benchmark> ALL =
      List.of(
          new SqliteTransitions(),
          new PostgresqlTransitions(),
          new EngineTransitions(),
          new HttpAnswers(),
          new SqliteSleepers(),
          new PostgresqlSleepers(),
          new Recoveries(),
          new Rivals(),
          new Restores(),
          new Creates(),
          new Snapshots(),
          new Forks());

  private Benchmarks() {}
}
