package torpor.api.instance;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import torpor.api.http.RefusedException;
import torpor.core.instance.spec.HealthCheck;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.core.instance.spec.RestartPolicy;
import torpor.core.instance.spec.RestartPolicy.When;
import torpor.wire.Suggestion;
import torpor.wire.instance.AutoStandby;

/// Reads what is to happen by itself: restarts, health checks, standby, the end. Pure.
final class PolicyReader {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final int FAILURES = 3;
  private static final int MOST = 1_000_000;
  private static final int LEAST_STATUS = 100;
  private static final int MOST_STATUS = 599;

  private PolicyReader() {}

  static RestartPolicy restart(Optional<torpor.wire.instance.RestartPolicy> request) {
    if (request.isEmpty()) {
      return RestartPolicy.NEVER;
    }
    torpor.wire.instance.RestartPolicy asked = request.orElseThrow();
    int most = Fields.number("restart_policy.max_attempts", asked.maxAttempts().orElse(0), 0, MOST);
    return new RestartPolicy(
        when(asked.policy().orElse("never")),
        most,
        asked.backoff().map(wait -> Fields.atLeast("restart_policy.backoff", wait, SHORTEST)),
        asked.stableAfter().map(run -> Fields.atLeast("restart_policy.stable_after", run, SECOND)));
  }

  private static RestartPolicy.When when(String text) {
    List<String> known = Arrays.stream(RestartPolicy.When.values()).map(When::text).toList();
    return Arrays.stream(RestartPolicy.When.values())
        .filter(when -> when.text().equals(text.replace('-', '_')))
        .findFirst()
        .orElseThrow(() ->
            RefusedException.invalid(
                "restart_policy.policy",
                "There is no restart policy '%s'".formatted(Fields.shown(text)),
                Suggestion.nearest(text, known)
                    .map(near -> "Did you mean '" + near + "'?")
                    .orElse("Send never, on_failure or always.")));
  }

  static Optional<HealthCheck> health(Optional<torpor.wire.instance.HealthCheck> request) {
    return request.flatMap(asked ->
        probe(asked)
            .map(probe ->
                new HealthCheck(
                    probe,
                    Fields.atLeast(
                        "health_check.interval", asked.interval().orElse(INTERVAL), SECOND),
                    Fields.atLeast(
                        "health_check.timeout", asked.timeout().orElse(TIMEOUT), SHORTEST),
                    asked.startPeriod().orElse(Duration.ZERO),
                    Fields.number(
                        "health_check.success_threshold",
                        asked.successThreshold().orElse(1),
                        1,
                        MOST),
                    Fields.number(
                        "health_check.failure_threshold",
                        asked.failureThreshold().orElse(FAILURES),
                        1,
                        MOST))));
  }

  private static Optional<Probe> probe(torpor.wire.instance.HealthCheck asked) {
    String type = asked.type().orElse("none");
    return switch (type) {
      case "none" -> {
        if (asked.http().isPresent() || asked.tcp().isPresent() || asked.exec().isPresent()) {
          throw RefusedException.invalid(
              "health_check.type",
              "A probe is described and 'health_check.type' does not name it",
              "Send the type: http, tcp or exec.");
        }
        yield Optional.empty();
      }
      case "http" -> Optional.of(http(asked.http().orElseThrow(() -> missing("http"))));
      case "tcp" ->
          Optional.of(
              new Probe.Tcp(
                  Fields.port(
                      "health_check.tcp.port",
                      asked.tcp().orElseThrow(() -> missing("tcp")).port())));
      case "exec" -> Optional.of(exec(asked.exec().orElseThrow(() -> missing("exec"))));
      default ->
          throw RefusedException.invalid(
              "health_check.type",
              "There is no health check '%s'".formatted(Fields.shown(type)),
              "Send none, http, tcp or exec.");
    };
  }

  private static RefusedException missing(String type) {
    return RefusedException.invalid(
        "health_check." + type,
        "'health_check.%s' is missing".formatted(type),
        "Describe the probe there.");
  }

  private static Probe http(torpor.wire.instance.HealthCheck.Http asked) {
    Unbuilt.refuse(
        "health_check.http.scheme",
        !asked.scheme().orElse("http").equals("http"),
        "the probe speaks plain http",
        "Leave it out.");
    String path = asked.path().orElse("/");
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw RefusedException.invalid(
          "health_check.http.path",
          "'health_check.http.path' is no path: '%s'".formatted(Fields.shown(path)),
          "Send one that begins with / and has no spaces in it.");
    }
    return new Probe.Http(
        Fields.port("health_check.http.port", asked.port()),
        path,
        asked.expectedStatus().stream()
            .mapToInt(status ->
                Fields.number(
                    "health_check.http.expected_status", status, LEAST_STATUS, MOST_STATUS))
            .findFirst());
  }

  private static Probe exec(torpor.wire.instance.HealthCheck.Exec asked) {
    if (asked.command().isEmpty()) {
      throw RefusedException.invalid(
          "health_check.exec.command",
          "'health_check.exec.command' is empty",
          "Send a program and its arguments.");
    }
    return new Probe.Exec(
        Fields.words("health_check.exec.command", asked.command()),
        asked.workingDir().map(path -> Fields.path("health_check.exec.working_dir", path)));
  }

  static Optional<Duration> idleStandby(Optional<AutoStandby> request) {
    return request.flatMap(asked -> {
      Unbuilt.refuse(
          "auto_standby.ignore_destination_ports",
          !asked.ignoreDestinationPorts().isEmpty(),
          "every connection to a published port counts",
          "Leave it out.");
      Unbuilt.refuse(
          "auto_standby.ignore_source_cidrs",
          !asked.ignoreSourceCidrs().isEmpty(),
          "every connection to a published port counts",
          "Leave it out.");
      boolean enabled = asked.enabled().orElse(asked.idleTimeout().isPresent());
      Duration idle =
          Fields.atLeast("auto_standby.idle_timeout", asked.idleTimeout().orElse(IDLE), SECOND);
      return enabled ? Optional.of(idle) : Optional.empty();
    });
  }

  /// How long it lives.
  static Optional<Duration> ttl(Optional<Duration> ttl, Optional<Instant> expiresAt, Instant now) {
    if (ttl.isPresent() && expiresAt.isPresent()) {
      throw RefusedException.invalid(
          "expires_at", "Both 'ttl' and 'expires_at' are given", "Send one of the two.");
    }
    if (expiresAt.isPresent() && !expiresAt.orElseThrow().isAfter(now)) {
      throw RefusedException.invalid(
          "expires_at",
          "'expires_at' has passed: " + expiresAt.orElseThrow(),
          "Send a time in the future, or leave it out.");
    }
    return expiresAt
        .map(end -> Duration.between(now, end))
        .or(() -> ttl)
        .filter(life -> !life.isZero())
        .map(life -> Fields.atLeast(expiresAt.isPresent() ? "expires_at" : "ttl", life, SECOND));
  }
}
