package torpor.bench.report;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Host;

/// What became of one benchmark.
///
/// @param failure why it has no findings
public record Section(
    String name,
    String about,
    List<Finding> findings,
    Optional<String> failure,
    Host before,
    Host after,
    Duration took) {
  public Section {
    findings = List.copyOf(findings);
  }
}
