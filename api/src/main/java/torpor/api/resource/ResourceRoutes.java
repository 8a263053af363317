package torpor.api.resource;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.instance.MachinePorts;
import torpor.core.instance.Instance;
import torpor.core.instance.volume.Volume;
import torpor.engine.image.ReadyImage;
import torpor.engine.instance.Capacity;
import torpor.wire.host.Resources;

/// Shows the node's resources.
public final class ResourceRoutes {
  private static final String CONFIGURED = "configured";
  private static final String DETECTED = "detected";

  private final MachinePorts ports;
  private final Waits waits;

  public ResourceRoutes(MachinePorts ports, Waits waits) {
    this.ports = ports;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(Route.caller(HandlerType.GET, "/v1/resources", this::show));
  }

  private void show(Context context) {
    Capacity has = ports.resources().has();
    Capacity limit = ports.resources().limit();
    List<Resources.Allocation> allocations =
        ports.instances().list(Set.of()).stream().map(ResourceRoutes::allocation).toList();
    long cpus = allocations.stream().mapToLong(Resources.Allocation::cpu).sum();
    long memory = allocations.stream().mapToLong(Resources.Allocation::memoryBytes).sum();
    long overlays = allocations.stream().mapToLong(Resources.Allocation::diskBytes).sum();
    long volumes = ports.volumes().list().stream().mapToLong(Volume::bytes).sum();
    long slots = ports.resources().slots();
    long imageBytes =
        waits.value(ports.images().list()).stream()
            .flatMap(view -> view.ready().stream())
            .distinct()
            .mapToLong(ReadyImage::bytes)
            .sum();
    context.json(
        new Resources(
            status("cpu", has.cpus(), limit.cpus(), cpus, "machines.cpus"),
            status("memory", has.memoryBytes(), limit.memoryBytes(), memory, "machines.memory"),
            status("disk", has.diskBytes(), limit.diskBytes(), overlays + volumes, "machines.disk"),
            status("network", slots, slots, ports.resources().slotsTaken(), "network.pool"),
            new Resources.DiskBreakdown(imageBytes, overlays, volumes),
            enforcement(),
            allocations));
  }

  private Resources.Enforcement enforcement() {
    Optional<String> unlimited = ports.resources().unlimited();
    return new Resources.Enforcement(
        unlimited.isEmpty(),
        unlimited.orElse("each machine is in a cgroup of its own, with a stated share for QEMU"));
  }

  private static Resources.Status status(
      String type, long capacity, long limit, long allocated, String setting) {
    return new Resources.Status(
        type,
        capacity,
        limit,
        allocated,
        Math.max(0, limit - allocated),
        capacity == 0 ? 0 : (double) limit / capacity,
        limit == capacity ? DETECTED : CONFIGURED,
        setting);
  }

  /// What the engine counts when it looks for room.
  private static Resources.Allocation allocation(Instance instance) {
    Capacity.Use use = Capacity.use(instance);
    return new Resources.Allocation(
        instance.id().toString(),
        instance.spec().name().text(),
        use.cpus(),
        use.memoryBytes(),
        use.diskBytes(),
        boxed(instance.spec().network().downloadBytesPerSecond()),
        boxed(instance.spec().network().uploadBytesPerSecond()));
  }

  private static Optional<Long> boxed(OptionalLong rate) {
    return rate.isPresent() ? Optional.of(rate.getAsLong()) : Optional.empty();
  }
}
