package torpor.cli.job;

import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.ByteSizes;
import torpor.wire.Snapshot;
import torpor.wire.SnapshotPage;

@Command(
    name = "snapshots",
    description = "List the snapshots of a job.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job snapshots 01kah")
final class ListSnapshots extends ClientCommand {
  @Parameters(paramLabel = "ID")
  private String id = "";

  ListSnapshots(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<Snapshot> snapshots =
        connection.get(JobRoutes.of(id, "snapshots").toString()).as(SnapshotPage.class).snapshots();
    client().print(snapshots, table(snapshots, Instant.now()));
    return ExitCode.OK;
  }

  private static Table table(List<Snapshot> snapshots, Instant now) {
    Table table = new Table("NUMBER", "TAKEN", "GENERATION", "SIZE", "PARENT", "TOKEN");
    for (Snapshot snapshot : snapshots) {
      table.row(
          Integer.toString(snapshot.number()),
          Times.relative(snapshot.takenAt(), now),
          Integer.toString(snapshot.generation()),
          ByteSizes.format(snapshot.bytes()),
          snapshot.parent().map(parent -> Integer.toString(parent)).orElse("-"),
          snapshot.token());
    }
    return table;
  }
}
