package torpor.wire;

import java.util.List;

/// The retry policy as it applies, defaults filled in. See [RetryPolicyRequest].
public record RetryPolicy(
    int maxAttempts, Backoff backoff, List<String> on, String from, int crashLoopLimit) {
  public RetryPolicy {
    on = List.copyOf(on);
  }
}
