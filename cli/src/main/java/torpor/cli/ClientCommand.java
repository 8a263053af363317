package torpor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import torpor.cli.connection.Connection;

/// A command that talks to a daemon.
public abstract class ClientCommand implements Callable<Integer> {
  @Mixin private final ClientOptions client;

  protected ClientCommand(Invocation invocation) {
    this.client = new ClientOptions(invocation);
  }

  /// @return the exit code
  protected abstract int run(Connection connection);

  @Override
  public final Integer call() {
    try (Connection connection = client.connect()) {
      return run(connection);
    }
  }

  protected ClientOptions client() {
    return client;
  }
}
