package torpor.cli.job;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.CancelRequest;
import torpor.wire.WireJson;

@Command(
    name = "cancel",
    description = "End a job now, asleep or running.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job cancel 01kah --by operations")
final class CancelJob extends ChangeJob {
  @Parameters(paramLabel = "ID")
  private String id = "";

  @Option(names = "--by", description = "who wants it, shown with the job; default: you")
  private Optional<String> by = Optional.empty();

  CancelJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Optional<String> who =
        by.or(() -> Optional.of(client().invocation().user()).filter(user -> !user.isBlank()));
    return change(connection, id, "cancel", WireJson.write(new CancelRequest(who)));
  }
}
