package torpor.api.node;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;

/// Counts and times requests, by route. The path itself is never a label: it may hold a secret.
/// Thread-safe.
public final class HttpMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests;
  private final Histogram latency;

  public HttpMetrics() {
    requests =
        Counter.builder()
            .name("torpor_http_requests_total")
            .help("Requests answered.")
            .labelNames("method", "route", "status")
            .register(registry);
    latency =
        Histogram.builder()
            .name("torpor_http_request_seconds")
            .unit(Unit.SECONDS)
            .help("From the first byte of a request to its answer, waits included.")
            .labelNames("route")
            .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60)
            .register(registry);
    JvmMetrics.builder().register(registry);
  }

  public void answered(String method, String route, int status, Duration took) {
    requests.labelValues(method, route, Integer.toString(status)).inc();
    latency.labelValues(route).observe(took.toNanos() / 1e9);
  }

  MetricSnapshots scrape() {
    return registry.scrape();
  }
}
