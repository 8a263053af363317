package torpor.cli.instance;

import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;

/// A command that moves instances to another state and waits until they are there.
abstract class ChangeInstance extends EachInstance {
  private final String verb;

  /// @param verb the last piece of the route
  ChangeInstance(Invocation invocation, String verb) {
    super(invocation);
    this.verb = verb;
  }

  /// What is sent.
  String body() {
    return "{}";
  }

  /// Prints the instance as JSON where that is asked for, else says what its state is.
  @Override
  protected final void act(Connection connection, String name) {
    Instance answered =
        connection.post(InstanceRoutes.of(name, verb).toString(), body()).as(Instance.class);
    Instance instance = Settling.of(connection, answered);
    client().print(instance, "");
    client().say(instance.name() + " is " + instance.state());
  }
}
