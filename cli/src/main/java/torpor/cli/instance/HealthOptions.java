package torpor.cli.instance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import torpor.cli.CommandFailure;
import torpor.cli.QuantityOption;
import torpor.wire.instance.HealthCheck;

/// How it is found out whether a machine does its work, as options.
final class HealthOptions {
  private static final Pattern HTTP = Pattern.compile("(\\d{1,5})(/.*)?");

  @Option(
      names = "--health-cmd",
      paramLabel = "COMMAND",
      description = "for the shell inside; must end with 0")
  private Optional<String> command = Optional.empty();

  @Option(
      names = "--health-http",
      paramLabel = "PORT[/PATH]",
      description = "must answer with a status below 400")
  private Optional<String> http = Optional.empty();

  @Option(names = "--health-tcp", paramLabel = "PORT", description = "must accept a connection")
  private Optional<Integer> tcp = Optional.empty();

  @Option(names = "--health-interval", paramLabel = "DURATION", description = "default 10s")
  private Optional<String> interval = Optional.empty();

  @Option(
      names = "--health-timeout",
      paramLabel = "DURATION",
      description = "of one check; default 5s")
  private Optional<String> timeout = Optional.empty();

  @Option(
      names = "--health-retries",
      paramLabel = "N",
      description = "failures in a row until it is unhealthy; default 3")
  private Optional<Integer> retries = Optional.empty();

  @Option(
      names = "--health-start-period",
      paramLabel = "DURATION",
      description = "during which failures do not count; default 0s")
  private Optional<String> startPeriod = Optional.empty();

  /// Empty where nothing is to be checked.
  Optional<HealthCheck> check() {
    long probes = Stream.of(command, http, tcp).filter(Optional::isPresent).count();
    boolean more = Stream.of(interval, timeout, retries, startPeriod).anyMatch(Optional::isPresent);
    if (probes > 1 || (probes == 0 && more)) {
      throw CommandFailure.usage(
          "a health check needs one thing that is tried",
          "write one of --health-cmd, --health-http and --health-tcp");
    }
    return probes == 0 ? Optional.empty() : Optional.of(described());
  }

  private HealthCheck described() {
    String type = command.isPresent() ? "exec" : http.isPresent() ? "http" : "tcp";
    return new HealthCheck(
        Optional.of(type),
        http.map(HealthOptions::http),
        tcp.map(HealthCheck.Tcp::new),
        command.map(
            words -> new HealthCheck.Exec(List.of("/bin/sh", "-c", words), Optional.empty())),
        duration("--health-interval", interval),
        duration("--health-timeout", timeout),
        duration("--health-start-period", startPeriod),
        Optional.empty(),
        retries);
  }

  private static HealthCheck.Http http(String text) {
    Matcher shape = HTTP.matcher(text);
    if (!shape.matches()) {
      throw CommandFailure.usage(
          "--health-http cannot be \"" + text + "\"", "write a port and a path: 80/healthz");
    }
    return new HealthCheck.Http(
        Integer.parseInt(shape.group(1)),
        Optional.ofNullable(shape.group(2)),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<Duration> duration(String option, Optional<String> text) {
    return text.map(words -> QuantityOption.duration(option, words));
  }
}
