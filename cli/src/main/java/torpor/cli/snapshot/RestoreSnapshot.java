package torpor.cli.snapshot;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.instance.Restores;
import torpor.cli.instance.Settling;
import torpor.wire.instance.Instance;

@Command(
    name = "restore",
    description = "Let a machine go on from a snapshot, as torpor restore --snapshot.",
    footerHeading = "%nExample:%n",
    footer = "  torpor snapshot restore web before-upgrade --allow-older")
final class RestoreSnapshot extends ClientCommand {
  @Parameters(index = "0", paramLabel = "NAME")
  private String instance = "";

  @Parameters(index = "1", paramLabel = "SNAPSHOT", description = "its number, name or id")
  private String snapshot = "";

  @Option(
      names = "--allow-older",
      description = "also where a newer one exists; what happened since is lost")
  private boolean allowOlder;

  RestoreSnapshot(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String body = Restores.body(Optional.of(snapshot), allowOlder);
    Instance answered =
        connection.post(InstanceRoutes.of(instance, "restore").toString(), body).as(Instance.class);
    Instance restored = Settling.of(connection, answered);
    client().print(restored, "");
    client().say(restored.name() + " is " + restored.state());
    return ExitCode.OK;
  }
}
