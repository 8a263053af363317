package torpor.cli.instance;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;

@Command(
    name = "rm",
    description = "Delete machines with their disks and snapshots.",
    footerHeading = "%nExample:%n",
    footer = "  torpor rm -f web")
final class RemoveInstance extends EachInstance {
  @Option(
      names = {"-f", "--force"},
      description = "also one that runs: it is killed")
  private boolean force;

  RemoveInstance(Invocation invocation) {
    super(invocation);
  }

  /// By its whole id, since a repeated request must not find another by the same beginning.
  @Override
  protected void act(Connection connection, String name) {
    Instance instance = connection.get(InstanceRoutes.of(name).toString()).as(Instance.class);
    boolean runs = instance.state().equals("Running") || instance.state().equals("Paused");
    if (runs && !force) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          instance.name() + " was not removed",
          "it is " + instance.state(),
          "stop it first: torpor stop %1$s; or kill it: torpor rm -f %1$s".formatted(name));
    }
    Settling.delete(connection, instance.id());
    client().say("removed " + instance.name());
  }
}
