package torpor.bench.rivals;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.gson.GsonJsonMapper;
import torpor.bench.stage.Postgresql;

/// JobRunr, the free edition.
final class JobRunrServer implements Contender {
  private static final int WORKERS = 64;
  private static final int CONNECTIONS = 40;

  /// The shortest it accepts for a SQL database.
  private static final Duration POLL = Duration.ofSeconds(5);

  private final HikariDataSource connections;
  private final JobScheduler scheduler;

  JobRunrServer(Postgresql server, String database) {
    this.connections = Pools.of(server, database, CONNECTIONS);
    this.scheduler =
        JobRunr.configure()
            .useJsonMapper(new GsonJsonMapper())
            .useStorageProvider(new PostgresStorageProvider(connections))
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andWorkerCount(WORKERS)
                    .andPollInterval(POLL))
            .initialize()
            .getJobScheduler();
  }

  @Override
  public String name() {
    return "JobRunr 8.7.0";
  }

  @Override
  public String setUp() {
    return "free edition, %d workers, polls every %d s (the shortest it accepts), Gson, HikariCP with %d connections"
        .formatted(WORKERS, POLL.toSeconds(), CONNECTIONS);
  }

  @Override
  public void enqueue(int number) {
    var _ = scheduler.enqueue(() -> Track.began(number));
  }

  @Override
  public void close() {
    var _ = JobRunr.destroy();
    connections.close();
  }
}
