package torpor.daemon.mortal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the steps of one order were, as written down while they happened.
///
/// @param steps in the order of their beginnings
public record Story(List<Step> steps) {
  /// What makes a decision durable.
  public static final String COMMIT = "InstanceStore.commit";

  private static final String BEGAN = "began";

  /// @param took empty where its end was not lived to see
  public record Step(int number, String name, Optional<Duration> took) {
    boolean is(String other) {
      return name.equals(other);
    }

    @Override
    public String toString() {
      return took.map(time -> name + " " + time.toMillis() + " ms").orElse(name + " …");
    }
  }

  public Story {
    steps = List.copyOf(steps);
  }

  private static Path file(Path directory, int order) {
    return directory.resolve("story-" + order);
  }

  static void began(Path directory, int order, int number, String name) {
    tell(directory, order, BEGAN + " " + number + " " + name);
  }

  static void ended(Path directory, int order, int number, Duration took) {
    tell(directory, order, "ended " + number + " " + took.toNanos());
  }

  private static void tell(Path directory, int order, String line) {
    try {
      Files.writeString(
          file(directory, order),
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("tell the story", e);
    }
  }

  /// Of one order; without steps where none was reached.
  public static Story of(Path directory, int order) {
    List<Step> steps = new ArrayList<>();
    try {
      Path told = file(directory, order);
      for (String line : Files.exists(told) ? Files.readAllLines(told) : List.<String>of()) {
        String[] words = line.split(" ", -1);
        int number = Integer.parseInt(words[1]);
        if (words[0].equals(BEGAN)) {
          steps.add(new Step(number, words[2], Optional.empty()));
        } else {
          Duration took = Duration.ofNanos(Long.parseLong(words[2]));
          steps.set(number - 1, new Step(number, steps.get(number - 1).name(), Optional.of(took)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("read the story", e);
    }
    return new Story(steps);
  }

  /// How many decisions had become durable.
  public int commits() {
    return (int) steps.stream().filter(it -> it.is(COMMIT) && it.took().isPresent()).count();
  }

  /// How many may have become durable, for all that the story knows.
  public int commitsBegun() {
    return (int) steps.stream().filter(it -> it.is(COMMIT)).count();
  }
}
