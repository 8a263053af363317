package torpor.cli.instance;

import java.io.PrintStream;
import java.util.Optional;
import torpor.cli.ClientOptions;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Follower;
import torpor.cli.connection.Persistence;
import torpor.cli.connection.Route;
import torpor.cli.connection.ServerEvent;

/// What a machine wrote to its console.
final class InstanceLog {
  private final ClientOptions client;
  private final Connection connection;

  InstanceLog(ClientOptions client, Connection connection) {
    this.client = client;
    this.connection = connection;
  }

  /// Prints what there is.
  ///
  /// @param tail only so many of the last lines
  void print(String name, Optional<Integer> tail) {
    PrintStream out = client.invocation().out();
    out.print(connection.get(route(name, tail).toString()).body());
    out.flush();
  }

  /// Prints what there is, and what comes until the machine has ended; standby is no end.
  void follow(String name, Optional<Integer> tail) {
    new Follower(connection, Persistence.Pause.TIMED, client::say)
        .follow(
            route(name, tail).with("follow", "true").toString(),
            Optional.empty(),
            this::printed,
            () -> isOver(name));
  }

  private static Route route(String name, Optional<Integer> tail) {
    return InstanceRoutes.of(name, "logs").with("tail", tail.map(n -> Integer.toString(n)));
  }

  /// A line comes as a JSON string.
  private boolean printed(ServerEvent event) {
    PrintStream out = client.invocation().out();
    out.println(new Answer(200, event.data()).as(String.class));
    out.flush();
    return true;
  }

  /// A daemon that is restarted closes its streams too.
  private boolean isOver(String name) {
    try {
      return Instances.isAtRest(connection, name);
    } catch (CommandFailure failure) {
      if (failure.exitCode() == ExitCode.UNAVAILABLE) {
        return false;
      }
      throw failure;
    }
  }
}
