package torpor.cli.instance;

import torpor.cli.connection.Route;

/// Where an instance and what belongs to it are found.
public final class InstanceRoutes {
  private InstanceRoutes() {}

  static Route all() {
    return Route.of("instances");
  }

  /// @param name a name, an id, or the beginning of an id that only one instance has
  public static Route of(String name) {
    return Route.of("instances", name);
  }

  public static Route of(String name, String part) {
    return Route.of("instances", name, part);
  }
}
