package torpor.engine.network;

import java.time.Duration;
import java.util.Optional;

/// What came in to an instance from outside: to its published ports and from its peers. What the
/// guest opened itself, and what the daemon opened to look after it, does not count.
///
/// @param open inbound connections that are open now, those that are being opened included
/// @param quiet how long ago the last one ended, where the host still remembers it; it remembers
///   for about two minutes, so who samples once a minute misses none
public record Activity(int open, Optional<Duration> quiet) {
  public static final Activity NONE = new Activity(0, Optional.empty());

  public Activity {
    if (open < 0) {
      throw new IllegalArgumentException("open connections are not negative: " + open);
    }
  }

  public boolean isIdle() {
    return open == 0;
  }

  /// Both together: the sum of what is open, and the shorter quiet.
  public Activity and(Activity other) {
    Optional<Duration> shorter =
        quiet
            .map(mine -> other.quiet.filter(theirs -> theirs.compareTo(mine) < 0).orElse(mine))
            .or(() -> other.quiet);
    return new Activity(open + other.open, shorter);
  }
}
