package torpor.cli.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.ByteSizes;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

@Command(
    name = "ls",
    description = {
      "List snapshots: all, or those of one machine.",
      "PARENT is the one whose files it shares. CHECKED tells when it was last restored on trial, which the daemon does"
          + " by itself, and whether it is damaged."
    },
    footerHeading = "%nExample:%n",
    footer = "  torpor snapshot ls web")
final class ListSnapshots extends ClientCommand {
  @Parameters(arity = "0..1", paramLabel = "NAME")
  private Optional<String> instance = Optional.empty();

  ListSnapshots(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Optional<String> id =
        instance.map(
            name -> connection.get(InstanceRoutes.of(name).toString()).as(Instance.class).id());
    List<InstanceSnapshot> snapshots =
        List.of(
            connection
                .get(Route.of("snapshots").with("source_instance_id", id).toString())
                .as(InstanceSnapshot[].class));
    client().print(snapshots, table(snapshots, Instant.now()));
    if (snapshots.isEmpty()) {
      client()
          .say(
              "no snapshots; torpor snapshot create %s takes one"
                  .formatted(instance.orElse("NAME")));
    }
    for (InstanceSnapshot snapshot : snapshots) {
      snapshot
          .damage()
          .ifPresent(why ->
              client()
                  .say(
                      "snapshot %d of %s is damaged: %s"
                          .formatted(snapshot.number(), snapshot.sourceInstanceName(), why)));
    }
    return ExitCode.OK;
  }

  private static Table table(List<InstanceSnapshot> snapshots, Instant now) {
    Table table =
        new Table("MACHINE", "NUMBER", "NAME", "TAKEN", "SIZE", "PARENT", "CHECKED", "ID");
    for (InstanceSnapshot snapshot : snapshots) {
      table.row(
          snapshot.sourceInstanceName(),
          snapshot.number() + (snapshot.newest() ? " (newest)" : ""),
          snapshot.name().orElse("-"),
          Times.relative(snapshot.createdAt(), now),
          ByteSizes.format(snapshot.sizeBytes()),
          snapshot.parent().map(parent -> Integer.toString(parent)).orElse("-"),
          checked(snapshot, now),
          snapshot.id());
    }
    return table;
  }

  private static String checked(InstanceSnapshot snapshot, Instant now) {
    return snapshot
        .checkedAt()
        .map(
            at -> snapshot.damage().isPresent() ? "damaged" : "verified " + Times.relative(at, now))
        .orElse("-");
  }
}
