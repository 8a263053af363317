package torpor.api;

import io.javalin.http.HandlerType;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.api.capability.UnbuiltRoutes;
import torpor.api.console.ConsoleAnswers;
import torpor.api.event.EventRoutes;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.SocketRoute;
import torpor.api.http.Waits;
import torpor.api.image.ImageRoutes;
import torpor.api.instance.AutoStandbyRoutes;
import torpor.api.instance.ForkRoutes;
import torpor.api.instance.Forks;
import torpor.api.instance.GuestSockets;
import torpor.api.instance.GuestViews;
import torpor.api.instance.InstanceActions;
import torpor.api.instance.InstanceJson;
import torpor.api.instance.InstanceLists;
import torpor.api.instance.InstanceLogs;
import torpor.api.instance.InstancePath;
import torpor.api.instance.InstanceRoutes;
import torpor.api.instance.MachinePorts;
import torpor.api.instance.Operations;
import torpor.api.instance.SnapshotFinder;
import torpor.api.resource.ResourceRoutes;
import torpor.api.snapshot.ScheduleRoutes;
import torpor.api.snapshot.SnapshotRoutes;
import torpor.api.volume.AttachmentRoutes;
import torpor.api.volume.VolumeRoutes;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.Instances;

/// Everything the server answers about machines that are driven by hand.
final class MachineRoutes {
  private static final List<HandlerType> METHODS =
      List.of(
          HandlerType.GET,
          HandlerType.POST,
          HandlerType.PUT,
          HandlerType.PATCH,
          HandlerType.DELETE);
  private static final List<String> PATHS =
      List.of(
          "/v1/instances",
          "/v1/instances/<rest>",
          "/v1/images",
          "/v1/images/<rest>",
          "/v1/snapshots",
          "/v1/snapshots/<rest>",
          "/v1/volumes",
          "/v1/volumes/<rest>",
          "/v1/resources");

  private MachineRoutes() {}

  static List<Route> all(
      MachinePorts ports,
      ApiSettings.Limits limits,
      Clock clock,
      ConsoleAnswers consoles,
      EventRoutes events,
      Waits waits) {
    Instances instances = ports.instances();
    InstanceJson json = new InstanceJson(ports);
    Operations operations = new Operations(instances, json, waits, limits.longestWait());
    SnapshotFinder finder = new SnapshotFinder(instances, waits);
    InstanceActions actions = new InstanceActions(instances, operations, finder, waits);
    return Stream.of(
            new InstanceRoutes(
                    ports, operations, waits, clock, limits.bodyBytes(), limits.keepAlive())
                .routes(),
            new InstanceLists(instances, json, waits).routes(),
            actions.routes(),
            new AutoStandbyRoutes(instances, waits, clock).routes(),
            new ForkRoutes(instances, operations, finder, new Forks(instances, waits), json)
                .routes(),
            new InstanceLogs(ports, consoles).routes(),
            List.of(
                Route.caller(
                    HandlerType.GET,
                    "/v1/instances/{id}/events",
                    context -> events.ofInstance(context, InstancePath.id(context, instances)))),
            new GuestViews(ports, waits).routes(),
            new SnapshotRoutes(instances, operations, actions, finder, json, waits).routes(),
            new ScheduleRoutes(instances, waits).routes(),
            new ImageRoutes(ports.images(), () -> used(instances), waits, limits.keepAlive())
                .routes(),
            new VolumeRoutes(ports.volumes(), instances, finder, waits).routes(),
            new AttachmentRoutes(ports.volumes(), instances, json, waits).routes(),
            new ResourceRoutes(ports, waits).routes(),
            UnbuiltRoutes.routes(),
            sockets(ports, limits, waits).stream().map(SocketRoute::plain).toList())
        .flatMap(List::stream)
        .toList();
  }

  static List<SocketRoute> sockets(MachinePorts ports, ApiSettings.Limits limits, Waits waits) {
    return new GuestSockets(ports, waits, limits.keepAlive()).routes();
  }

  private static Set<ImageDigest> used(Instances instances) {
    return instances.list(Set.of()).stream()
        .flatMap(instance -> instance.image().stream())
        .collect(Collectors.toSet());
  }

  /// Of a daemon without machines: said, and not just nowhere.
  static List<Route> none() {
    return PATHS.stream()
        .flatMap(path -> METHODS.stream().map(method -> none(method, path)))
        .toList();
  }

  private static Route none(HandlerType method, String path) {
    return Route.caller(
        method,
        path,
        _ -> {
          throw RefusedException.of(
              RefusalCode.REQUEST_UNSUPPORTED,
              "This daemon runs jobs only, no machines driven by hand",
              "`torpor doctor` says what this host lacks.");
        });
  }
}
