package torpor.cli.job;

import java.io.PrintStream;
import java.util.Optional;
import torpor.cli.ClientOptions;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Follower;
import torpor.cli.connection.Persistence;
import torpor.cli.connection.ServerEvent;

/// What a program wrote to its stdout and stderr.
final class JobLog {
  private final ClientOptions client;
  private final Connection connection;

  JobLog(ClientOptions client, Connection connection) {
    this.client = client;
    this.connection = connection;
  }

  /// Prints what there is.
  void print(String id, PrintStream to) {
    to.print(connection.get(JobRoutes.of(id, "logs").toString()).body());
    to.flush();
  }

  /// Prints what there is, and what comes until the job has ended.
  void follow(String id, PrintStream to) {
    new Follower(connection, Persistence.Pause.TIMED, client::say)
        .follow(
            JobRoutes.of(id, "logs").with("follow", "true").toString(),
            Optional.empty(),
            event -> printed(event, to));
  }

  private static boolean printed(ServerEvent event, PrintStream to) {
    to.println(event.data());
    to.flush();
    return true;
  }
}
