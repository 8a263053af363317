package torpor.cli.instance;

import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceWait;

/// Waiting until nothing is under way any more.
public final class Settling {
  /// Less than the patience of a connection.
  static final String ONE_CALL = "60s";

  private static final int ACCEPTED = 202;

  private Settling() {}

  /// @param answered what a request that changes an instance was answered with
  /// @throws CommandFailure where what was under way failed
  public static Instance of(Connection connection, Instance answered) {
    Instance instance = answered;
    boolean waited = false;
    // One that is where it was asked to be may well be busy with something else.
    while (instance.operation().isPresent() && !instance.state().equals(instance.desiredState())) {
      waited = true;
      connection
          .get(
              InstanceRoutes.of(instance.id(), "wait")
                  .with("state", instance.desiredState())
                  .with("settled", "true")
                  .with("timeout", ONE_CALL)
                  .toString())
          .as(InstanceWait.class);
      instance = connection.get(InstanceRoutes.of(instance.id()).toString()).as(Instance.class);
    }
    if (waited && !instance.state().equals(instance.desiredState())) {
      throw failure(instance);
    }
    return instance;
  }

  /// Deletes, and waits until nothing of it is left.
  ///
  /// @param id a whole id
  public static void delete(Connection connection, String id) {
    // A delete that is under way is joined; one that is done finds nothing.
    while (connection.deleteUnlessGone(Instances.NOT_FOUND, InstanceRoutes.of(id).toString())
        == ACCEPTED) {}
  }

  private static CommandFailure failure(Instance instance) {
    return instance
        .lastFailure()
        .map(why ->
            new CommandFailure(
                ExitCode.REFUSED,
                "%s of %s failed [%s]".formatted(why.operation(), instance.name(), why.code()),
                why.detail(),
                why.remediation(),
                why.code()))
        .orElseGet(() ->
            new CommandFailure(
                ExitCode.REFUSED,
                "%s is %s and not %s"
                    .formatted(instance.name(), instance.state(), instance.desiredState()),
                instance.stateError().orElse(""),
                "see what it wrote: torpor logs " + instance.name()));
  }
}
