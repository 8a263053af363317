package torpor.cli.instance;

import java.util.Locale;
import java.util.function.Consumer;
import torpor.cli.CommandFailure;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceWait;

/// Whether a machine runs, will run again, or is done.
public final class Rest {

  /// What a look at it shows.
  public sealed interface Sight {
    record Awake() implements Sight {}

    /// @param state as people read it
    record Asleep(String state) implements Sight {}

    /// Nothing of what ran in it is left.
    ///
    /// @param state as people read it
    record Over(String state) implements Sight {}
  }

  private final Connection connection;
  private final String name;

  public Rest(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /// @throws CommandFailure where the daemon cannot be reached or refuses
  public Sight now() {
    return connection
        .getUnless(Instances.NOT_FOUND, InstanceRoutes.of(name).toString())
        .map(Rest::sight)
        .orElseGet(() -> new Sight.Over("gone"));
  }

  private static Sight sight(Answer answer) {
    Instance instance = answer.as(Instance.class);
    String state = instance.state().toLowerCase(Locale.ROOT);
    if (Instances.isAtRest(instance)) {
      return new Sight.Over(state);
    }
    return switch (instance.state()) {
      case "Standby", "Paused" -> new Sight.Asleep(state);
      default -> new Sight.Awake();
    };
  }

  /// Returns when it runs, and each time it may be worth another look.
  ///
  /// @param looking told what is seen before it is waited for
  public void awaitRunning(Consumer<Sight> looking) {
    Sight sight = now();
    looking.accept(sight);
    if (!(sight instanceof Sight.Awake)) {
      connection
          .get(
              InstanceRoutes.of(name, "wait")
                  .with("state", "Running,Stopped")
                  .with("timeout", Settling.ONE_CALL)
                  .toString())
          .as(InstanceWait.class);
    }
  }

  /// Wakes one that sleeps. Whoever waits for it sees what comes of that.
  public void wake() {
    try {
      if (now() instanceof Sight.Asleep(String state)) {
        String verb = state.equals("paused") ? "resume" : "restore";
        connection.post(InstanceRoutes.of(name, verb).toString(), "{}");
      }
    } catch (CommandFailure refused) {
      // It stays as it is, and can be asked again.
    }
  }
}
