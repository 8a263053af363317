package torpor.daemon.mortal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Where a daemon is to die.
///
/// @param id of this order; with another one the count of steps begins anew
/// @param step the number of the step, from 1; 0 for none, so that the steps are only told
/// @param into how long after its beginning, for [Moment#MIDDLE]
public record Fault(int id, int step, Moment moment, Duration into) {
  private static final String FILE = "order";

  /// Seen from the step.
  public enum Moment {
    BEFORE,
    MIDDLE,
    AFTER
  }

  public static Fault none(int id) {
    return new Fault(id, 0, Moment.BEFORE, Duration.ZERO);
  }

  boolean is(int number, Moment when) {
    return step == number && moment == when;
  }

  /// From now on it holds, for the daemon that looks into this directory.
  public void order(Path directory) {
    try {
      Path next = directory.resolve(FILE + ".next");
      Files.writeString(next, "%d %d %s %d".formatted(id, step, moment, into.toNanos()));
      Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("order a fault", e);
    }
  }

  static Optional<Fault> ordered(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String[] words = Files.readString(file).split(" ", -1);
      return Optional.of(
          new Fault(
              Integer.parseInt(words[0]),
              Integer.parseInt(words[1]),
              Moment.valueOf(words[2]),
              Duration.ofNanos(Long.parseLong(words[3]))));
    } catch (IOException e) {
      throw new UncheckedIOException("read the order", e);
    }
  }

  @Override
  public String toString() {
    return step == 0 ? "no fault" : moment.name().toLowerCase(Locale.ROOT) + " step " + step;
  }
}
