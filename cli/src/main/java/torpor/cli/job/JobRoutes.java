package torpor.cli.job;

import torpor.cli.connection.Route;

/// Where a job and what belongs to it are found.
final class JobRoutes {
  private JobRoutes() {}

  /// @param id an id, or the beginning of one that only one job has
  static Route of(String id) {
    return Route.of("jobs", id);
  }

  static Route of(String id, String part) {
    return Route.of("jobs", id, part);
  }

  static Route signal(String id, String name) {
    return Route.of("jobs", id, "signals", name);
  }
}
