package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceStats;
import torpor.wire.instance.PathInfo;

/// What is seen of the inside of an instance: files, and what it uses.
public final class GuestViews {
  private final MachinePorts ports;
  private final Waits waits;

  public GuestViews(MachinePorts ports, Waits waits) {
    this.ports = ports;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/instances/{id}/stat", this::stat),
        Route.caller(HandlerType.GET, "/v1/instances/{id}/stats", this::stats));
  }

  /// @throws RefusedException where this daemon cannot speak to what is inside
  static InstanceSessions sessions(MachinePorts ports) {
    return ports
        .sessions()
        .orElseThrow(() ->
            RefusedException.of(
                RefusalCode.REQUEST_UNSUPPORTED,
                "This daemon cannot speak to what runs inside an instance",
                "`torpor doctor` says what this host lacks."));
  }

  private void stat(Context context) {
    String path =
        Fields.path(
            "path",
            Parameters.text(context, "path")
                .orElseThrow(() ->
                    RefusedException.invalid(
                        "path", "'path' is missing", "Send the path to look at.")));
    boolean follow = Parameters.flag(context, "follow_links");
    Instance instance = InstancePath.instance(context, ports.instances());
    context.json(
        waits
            .reply(sessions(ports).stat(instance.id(), path, follow))
            .map(GuestViews::shown)
            .orElse(PathInfo.NOTHING));
  }

  private static PathInfo shown(FileEntry entry) {
    return new PathInfo(
        true,
        Optional.of(entry.kind() == FileEntry.Kind.DIRECTORY),
        Optional.of(entry.kind() == FileEntry.Kind.FILE),
        Optional.of(entry.kind() == FileEntry.Kind.LINK),
        entry.linkTarget(),
        Optional.of(entry.mode()),
        Optional.of(entry.size()),
        Optional.of(entry.modified()));
  }

  private void stats(Context context) {
    Instance instance = InstancePath.instance(context, ports.instances());
    InstanceStats stats = waits.reply(sessions(ports).stats(instance.id()));
    long memory = instance.spec().resources().memoryBytes();
    context.json(
        new torpor.wire.instance.InstanceStats(
            instance.id().toString(),
            instance.spec().name().text(),
            instance.spec().resources().cpus(),
            memory,
            stats.cpu().toMillis() / 1e3,
            stats.residentBytes(),
            stats.virtualBytes(),
            (double) stats.residentBytes() / memory,
            stats.receivedBytes(),
            stats.sentBytes()));
  }
}
