package torpor.api;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import torpor.api.access.ApiKeys;
import torpor.api.access.GuestAccess;
import torpor.api.access.KeyRoutes;
import torpor.api.capability.CapabilityRoutes;
import torpor.api.console.ConsoleAnswers;
import torpor.api.console.ConsoleRoutes;
import torpor.api.console.ConsoleWatch;
import torpor.api.definition.DefinitionRoutes;
import torpor.api.event.EventRoutes;
import torpor.api.guest.GuestRoutes;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.job.JobActions;
import torpor.api.job.JobRoutes;
import torpor.api.job.JobWaits;
import torpor.api.node.HttpMetrics;
import torpor.api.node.NodeRoutes;

/// Everything the server answers, in one list.
final class Routes {
  private Routes() {}

  static List<Route> all(
      ApiPorts ports,
      ApiSettings.Limits limits,
      Clock clock,
      ApiKeys keys,
      ConsoleWatch watch,
      HttpMetrics metrics,
      Waits waits) {
    EventRoutes events =
        new EventRoutes(ports.jobs(), waits, limits.longestWait(), limits.keepAlive());
    ConsoleAnswers consoles =
        new ConsoleAnswers(watch, waits, limits.keepAlive(), limits.longestWait());
    return Stream.of(
            new DefinitionRoutes(ports.definitions(), waits, limits.bodyBytes()).routes(),
            new JobRoutes(ports.jobs(), waits, limits.bodyBytes(), limits.paramsBytes()).routes(),
            new JobActions(ports.jobs(), waits, limits.signalBytes()).routes(),
            new JobWaits(ports.jobs(), waits, limits.longestWait()).routes(),
            new ConsoleRoutes(ports.consoles(), consoles, ports.jobs(), waits).routes(),
            events.routes(),
            new KeyRoutes(keys, waits).routes(),
            new NodeRoutes(ports.definitions(), ports.jobs(), ports.status(), metrics, waits)
                .routes(),
            new CapabilityRoutes(ports.definitions()).routes(),
            ports
                .machines()
                .map(
                    machines -> MachineRoutes.all(machines, limits, clock, consoles, events, waits))
                .orElseGet(MachineRoutes::none),
            new GuestRoutes(
                    ports.guests(),
                    new GuestAccess(ports.guestSecrets()),
                    waits,
                    clock,
                    limits.outputBytes(),
                    limits.longestWait())
                .routes())
        .flatMap(List::stream)
        .toList();
  }
}
