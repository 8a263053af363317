package torpor.cli.job;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.Job;

@Command(
    name = "rm",
    description = "Delete ended jobs and everything about them.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job rm 01kah 01kaj")
final class RemoveJob extends ClientCommand {
  @Parameters(arity = "1..*", paramLabel = "ID")
  private List<String> ids = List.of();

  RemoveJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    for (String id : ids) {
      remove(connection, id);
      client().say("removed " + id);
    }
    return ExitCode.OK;
  }

  /// By its whole id, since a repeated request must not find another job by the same beginning.
  private static void remove(Connection connection, String id) {
    Job job = connection.get(JobRoutes.of(id).toString()).as(Job.class);
    if (job.endedAt().isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "job " + job.id() + " was not removed",
          "it is " + job.state(),
          "end it first: torpor job cancel " + id);
    }
    connection.delete(JobRoutes.of(job.id()).with("remove", "true").toString());
  }
}
