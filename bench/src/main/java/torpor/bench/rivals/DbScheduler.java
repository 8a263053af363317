package torpor.bench.rivals;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import torpor.bench.stage.Postgresql;

/// db-scheduler with the settings its README gives for throughput on PostgreSQL.
final class DbScheduler implements Contender {
  private static final int THREADS = 32;
  private static final int CONNECTIONS = 40;
  private static final Duration POLL = Duration.ofMillis(100);

  /// From its documentation, for PostgreSQL.
  private static final String TABLE =
      """
      create table scheduled_tasks (
        task_name text not null,
        task_instance text not null,
        task_data bytea,
        execution_time timestamp with time zone not null,
        picked BOOLEAN not null,
        picked_by text,
        last_success timestamp with time zone,
        last_failure timestamp with time zone,
        consecutive_failures INT,
        last_heartbeat timestamp with time zone,
        version BIGINT not null,
        priority SMALLINT,
        PRIMARY KEY (task_name, task_instance)
      );
      CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
      """;

  /// A row goes after its job has run; until then another of the same name would be passed over.
  private static final String BEFORE_SERIAL = "/";

  private final AtomicLong serial = new AtomicLong();
  private final HikariDataSource connections;
  private final OneTimeTask<Void> task;
  private final Scheduler scheduler;

  DbScheduler(Postgresql server, String database) throws SQLException {
    this.connections = Pools.of(server, database, CONNECTIONS);
    try (Connection connection = connections.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    this.task =
        Tasks.oneTime("noop").execute((instance, _) -> Track.began(number(instance.getId())));
    this.scheduler =
        Scheduler.create(connections, task)
            .threads(THREADS)
            .pollUsingLockAndFetch(1.0, 4.0)
            .pollingInterval(POLL)
            .enableImmediateExecution()
            .build();
    scheduler.start();
  }

  @Override
  public String name() {
    return "db-scheduler 16.12.0";
  }

  @Override
  public String setUp() {
    return "lock-and-fetch (1.0, 4.0), %d threads, polls every %d ms, immediate execution, HikariCP with %d connections"
        .formatted(THREADS, POLL.toMillis(), CONNECTIONS);
  }

  @Override
  public void enqueue(int number) {
    String id = number + BEFORE_SERIAL + serial.incrementAndGet();
    scheduler.schedule(task.instance(id), Instant.now());
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(0, id.indexOf(BEFORE_SERIAL)));
  }

  @Override
  public void close() {
    scheduler.stop();
    connections.close();
  }
}
