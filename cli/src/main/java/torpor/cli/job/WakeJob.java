package torpor.cli.job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;

@Command(
    name = "wake",
    description = "Wake a sleeping job now.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job wake 01kah")
final class WakeJob extends ChangeJob {
  @Parameters(paramLabel = "ID")
  private String id = "";

  WakeJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    return change(connection, id, "wake", "{}");
  }
}
