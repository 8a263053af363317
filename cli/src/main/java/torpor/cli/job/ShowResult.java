package torpor.cli.job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.Job;
import torpor.wire.JobResult;

@Command(
    name = "result",
    description = "Print an ended job's output and exit with the program's exit code.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job result 01kah --wait")
final class ShowResult extends ClientCommand {
  @Parameters(paramLabel = "ID")
  private String id = "";

  @Option(
      names = {"-w", "--wait"},
      description = "wait for the end, however long that takes")
  private boolean wait;

  ShowResult(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    // Asked first, so that a wrong id or address is told at once and not tried again.
    String job = connection.get(JobRoutes.of(id).toString()).as(Job.class).id();
    JobResult result = wait ? JobResults.await(connection, job) : JobResults.now(connection, job);
    return JobResults.show(client(), result);
  }
}
