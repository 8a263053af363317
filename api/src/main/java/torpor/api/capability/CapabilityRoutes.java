package torpor.api.capability;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import torpor.api.http.Route;
import torpor.api.image.Platforms;
import torpor.api.node.RuntimeReports;
import torpor.engine.caller.Definitions;
import torpor.wire.Health;
import torpor.wire.RuntimeReport;
import torpor.wire.host.HostCapabilities;

/// Shows what can be done here.
public final class CapabilityRoutes {
  private static final String DEFAULT_RUNTIME = "qemu";
  private static final List<String> FEATURES =
      List.of("instances", "images", "snapshots", "exec", "logs", "jobs");

  private final Definitions definitions;

  public CapabilityRoutes(Definitions definitions) {
    this.definitions = definitions;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/capabilities", this::show),
        Route.open(HandlerType.GET, "/v1/health", context -> context.json(new Health("ok"))));
  }

  private void show(Context context) {
    List<HostCapabilities.RuntimeFeatures> runtimes =
        definitions.runtimes().stream()
            .map(runtime -> features(RuntimeReports.of(runtime.name(), runtime.capabilities())))
            .sorted(Comparator.comparing(HostCapabilities.RuntimeFeatures::name))
            .toList();
    boolean available =
        runtimes.stream()
            .anyMatch(runtime -> runtime.name().equals(DEFAULT_RUNTIME) && runtime.available());
    String version =
        Optional.ofNullable(CapabilityRoutes.class.getPackage().getImplementationVersion())
            .orElse("unknown");
    context.json(
        new HostCapabilities(
            new HostCapabilities.Server(version, "v1"),
            new HostCapabilities.Host(
                System.getProperty("os.name").toLowerCase(Locale.ROOT), Platforms.architecture()),
            runtimes,
            new HostCapabilities.DefaultRuntime(DEFAULT_RUNTIME, available),
            new HostCapabilities.Network("nat", true),
            new HostCapabilities.Images(Platforms.ofHost(), List.of(Platforms.ofHost())),
            FEATURES));
  }

  private static HostCapabilities.RuntimeFeatures features(RuntimeReport measured) {
    List<String> features = new ArrayList<>();
    if (measured.checkpoint()) {
      features.addAll(List.of("snapshots", "standby"));
    }
    if (measured.checkpoint() && measured.isolation().equals("vm")) {
      features.addAll(List.of("fork", "pause"));
    }
    return new HostCapabilities.RuntimeFeatures(
        measured.name(), measured.available(), List.copyOf(features), measured);
  }
}
