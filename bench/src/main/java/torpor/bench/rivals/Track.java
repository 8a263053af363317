package torpor.bench.rivals;

import java.util.concurrent.atomic.AtomicReference;

/// Where jobs report that they have begun. JobRunr calls static methods only, so there is one for
/// the process; races are run one after the other.
public final class Track {
  private static final AtomicReference<Starts> CURRENT = new AtomicReference<>(new Starts(0));

  private Track() {}

  static void use(Starts starts) {
    CURRENT.set(starts);
  }

  /// The no-op job.
  public static void began(int number) {
    CURRENT.get().began(number);
  }
}
