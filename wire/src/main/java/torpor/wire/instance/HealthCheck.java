package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How it is found out whether what runs inside does its work.
///
/// @param type `none`, `http`, `tcp` or `exec`
/// @param interval at least 1 s; 10 s where left out
/// @param timeout of one check; 5 s where left out
/// @param startPeriod during which failures do not count; none where left out
/// @param successThreshold in a row until it is healthy; 1 where left out
/// @param failureThreshold in a row until it is unhealthy; 3 where left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record HealthCheck(
    Optional<String> type,
    Optional<Http> http,
    Optional<Tcp> tcp,
    Optional<Exec> exec,
    Optional<Duration> interval,
    Optional<Duration> timeout,
    Optional<Duration> startPeriod,
    Optional<Integer> successThreshold,
    Optional<Integer> failureThreshold) {

  /// @param path `/` where left out
  /// @param scheme only `http`
  /// @param expectedStatus any below 400 where left out
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Http(
      int port, Optional<String> path, Optional<String> scheme, Optional<Integer> expectedStatus) {}

  public record Tcp(int port) {}

  /// @param workingDir the instance's own where left out
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Exec(List<String> command, Optional<String> workingDir) {
    public Exec {
      command = List.copyOf(command);
    }
  }
}
