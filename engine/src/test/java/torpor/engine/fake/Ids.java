package torpor.engine.fake;

import java.util.List;
import java.util.stream.IntStream;
import torpor.core.job.JobId;

/// Job ids with a number, in the order of their numbers.
public final class Ids {
  private Ids() {}

  public static JobId job(int number) {
    String digits = Integer.toString(number);
    return new JobId("0".repeat(26 - digits.length()) + digits);
  }

  /// Ids `from` to `to`, both included.
  public static List<JobId> jobs(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Ids::job).toList();
  }
}
