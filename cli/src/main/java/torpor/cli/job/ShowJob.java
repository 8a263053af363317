package torpor.cli.job;

import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.Job;

@Command(
    name = "show",
    description = "Show one job.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job show 01kah -o json")
final class ShowJob extends ClientCommand {
  @Parameters(paramLabel = "ID")
  private String id = "";

  ShowJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Job job = connection.get(JobRoutes.of(id).toString()).as(Job.class);
    client().print(job, JobText.details(job, Instant.now()));
    return ExitCode.OK;
  }
}
