package torpor.wire;

import java.util.List;
import java.util.Optional;

/// Jobs, newest first.
///
/// @param nextCursor where the list goes on; none at its end
public record JobPage(List<Job> jobs, Optional<String> nextCursor) {
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
