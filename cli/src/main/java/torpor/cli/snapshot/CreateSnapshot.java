package torpor.cli.snapshot;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.cli.instance.InstanceRoutes;
import torpor.wire.WireJson;
import torpor.wire.instance.InstanceSnapshot;
import torpor.wire.instance.SnapshotRequest;

@Command(
    name = "create",
    description = "Take a snapshot of a machine, which goes on, and print its id.",
    footerHeading = "%nExample:%n",
    footer = "  torpor snapshot create web --name before-upgrade")
final class CreateSnapshot extends ClientCommand {
  private static final int ACCEPTED = 202;

  /// Less than that of a connection.
  private static final String PATIENCE = "60s";

  @Parameters(paramLabel = "NAME")
  private String instance = "";

  @Option(names = "--name", paramLabel = "LABEL", description = "to find it again by")
  private Optional<String> label = Optional.empty();

  CreateSnapshot(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String body =
        WireJson.write(
            new SnapshotRequest(Optional.empty(), label, Optional.empty(), Optional.empty()));
    Answer answer =
        connection.post(
            InstanceRoutes.of(instance, "snapshots").with("timeout", PATIENCE).toString(), body);
    if (answer.status() == ACCEPTED) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "the snapshot of " + instance + " is not taken yet",
          "it takes longer than the daemon lets a call wait, and goes on",
          "see when it is there: torpor snapshot ls " + instance);
    }
    InstanceSnapshot snapshot = answer.as(InstanceSnapshot.class);
    client().print(snapshot, snapshot.id() + "\n");
    client().say("snapshot %d of %s".formatted(snapshot.number(), snapshot.sourceInstanceName()));
    return ExitCode.OK;
  }
}
