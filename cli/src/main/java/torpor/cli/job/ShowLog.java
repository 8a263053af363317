package torpor.cli.job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;

@Command(
    name = "logs",
    description = "Print what a job's program wrote to stdout and stderr.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job logs -f 01kah")
final class ShowLog extends ClientCommand {
  @Parameters(paramLabel = "ID")
  private String id = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on until the job has ended")
  private boolean follow;

  ShowLog(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    JobLog log = new JobLog(client(), connection);
    if (follow) {
      log.follow(id, client().invocation().out());
    } else {
      log.print(id, client().invocation().out());
    }
    return ExitCode.OK;
  }
}
