package torpor.cli.instance;

import java.util.List;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;

/// A command that does the same with each of several instances. One that fails does not keep the
/// others from their turn; the exit code is the first failure's.
public abstract class EachInstance extends ClientCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME",
      description = "names, ids, or beginnings of ids that only one instance has")
  private List<String> names = List.of();

  protected EachInstance(Invocation invocation) {
    super(invocation);
  }

  protected abstract void act(Connection connection, String name);

  @Override
  protected final int run(Connection connection) {
    int exitCode = ExitCode.OK;
    for (String name : names) {
      try {
        act(connection, name);
      } catch (CommandFailure failure) {
        if (names.size() == 1 || failure.exitCode() == ExitCode.UNAVAILABLE) {
          throw failure;
        }
        client().say(name + ":");
        client().say(failure.report());
        exitCode = exitCode == ExitCode.OK ? failure.exitCode() : exitCode;
      }
    }
    return exitCode;
  }
}
