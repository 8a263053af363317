package torpor.api.node;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.refusal.Refusal;
import torpor.engine.caller.Definitions;
import torpor.engine.caller.Jobs;
import torpor.wire.Health;
import torpor.wire.Ready;
import torpor.wire.RuntimeList;

/// Runtimes, probes, metrics and the description of the API.
public final class NodeRoutes {
  private static final PrometheusTextFormatWriter METRICS_WRITER =
      PrometheusTextFormatWriter.create();

  private final Definitions definitions;
  private final Jobs jobs;
  private final NodeStatus status;
  private final HttpMetrics metrics;
  private final Waits waits;

  public NodeRoutes(
      Definitions definitions, Jobs jobs, NodeStatus status, HttpMetrics metrics, Waits waits) {
    this.definitions = definitions;
    this.jobs = jobs;
    this.status = status;
    this.metrics = metrics;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/runtimes", this::runtimes),
        Route.open(HandlerType.GET, "/healthz", context -> context.json(new Health("ok"))),
        Route.open(HandlerType.GET, "/readyz", this::ready),
        Route.caller(HandlerType.GET, "/metrics", this::metrics),
        Route.open(HandlerType.GET, "/openapi.yaml", NodeRoutes::description));
  }

  private void runtimes(Context context) {
    context.json(
        new RuntimeList(
            definitions.runtimes().stream()
                .map(runtime -> RuntimeReports.of(runtime.name(), runtime.capabilities()))
                .toList()));
  }

  private void ready(Context context) {
    Optional<Refusal> why = status.notReady();
    if (why.isPresent()) {
      throw new RefusedException(why.orElseThrow());
    }
    context.json(Ready.despite(status.troubles()));
  }

  private void metrics(Context context) throws IOException {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    metrics.scrape().forEach(all::metricSnapshot);
    EngineMetrics.of(jobs.stats()).forEach(all::metricSnapshot);
    all.metricSnapshot(EngineMetrics.of(waits.value(status.counts())));
    var text = new ByteArrayOutputStream();
    METRICS_WRITER.write(text, all.build());
    context.contentType(METRICS_WRITER.getContentType()).result(text.toByteArray());
  }

  private static void description(Context context) throws IOException {
    try (InputStream yaml = NodeRoutes.class.getResourceAsStream("/torpor/api/openapi.yaml")) {
      if (yaml == null) {
        throw new IllegalStateException("openapi.yaml is missing from the build");
      }
      context.contentType("application/yaml").result(yaml.readAllBytes());
    }
  }
}
