package torpor.wire;

import java.util.List;

/// The answer of `/readyz` where jobs are served.
///
/// @param status `ok`, or `degraded` where not all of them are
/// @param problems what is wrong then, a sentence each
public record Ready(String status, List<String> problems) {
  public Ready {
    problems = List.copyOf(problems);
  }

  public static Ready despite(List<String> problems) {
    return new Ready(problems.isEmpty() ? "ok" : "degraded", problems);
  }
}
