package torpor.cli.instance;

import java.util.List;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;

/// Instances as the daemon lists them.
final class Instances {
  static final String NOT_FOUND = "instance.not_found";

  private Instances() {}

  static List<Instance> list(Connection connection) {
    return List.of(connection.get(InstanceRoutes.all().toString()).as(Instance[].class));
  }

  /// Whether nothing more will come of it by itself; also where it is gone.
  static boolean isAtRest(Connection connection, String name) {
    return connection
        .getUnless(NOT_FOUND, InstanceRoutes.of(name).toString())
        .map(answer -> answer.as(Instance.class))
        .map(Instances::isAtRest)
        .orElse(true);
  }

  static boolean isAtRest(Instance instance) {
    return hasEnded(instance)
        && instance.operation().isEmpty()
        && instance.restartStatus().nextAttemptAt().isEmpty();
  }

  /// Whether it neither runs nor has a memory to go on from.
  static boolean hasEnded(Instance instance) {
    return instance.state().equals("Stopped") || instance.state().equals("Failed");
  }
}
