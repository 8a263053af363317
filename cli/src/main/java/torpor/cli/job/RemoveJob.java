package torpor.cli.job;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;

@Command(name = "rm", description = "Delete ended jobs and everything about them.")
final class RemoveJob extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "ID")
  private List<String> ids = List.of();

  RemoveJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String id : ids) {
      connection.delete(JobRoutes.of(id).toString());
      client().say("removed " + id);
    }
    return ExitCode.OK;
  }
}
