package torpor.api.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import torpor.wire.Durations;

/// What the address of a request says besides the route. Every reader refuses what it cannot read,
/// naming the parameter.
public final class Parameters {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private Parameters() {}

  public static Optional<String> text(Context context, String name) {
    return Optional.ofNullable(context.queryParam(name)).filter(Predicate.not(String::isEmpty));
  }

  /// Given several times, or once with commas.
  public static List<String> texts(Context context, String name) {
    return context.queryParams(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .filter(Predicate.not(String::isBlank))
        .map(String::strip)
        .toList();
  }

  public static boolean flag(Context context, String name) {
    String value = context.queryParam(name);
    if (value == null) {
      return false;
    }
    return switch (value) {
      case "", "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw RefusedException.invalid(
              name, "'%s' is neither true nor false".formatted(name), "Send true or false.");
    };
  }

  /// @param least smallest value taken
  public static Optional<Long> number(Context context, String name, long least, long most) {
    return text(context, name).map(value -> number(name, value, least, most));
  }

  public static long number(String name, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, together with what is out of range.
    }
    throw RefusedException.invalid(
        name,
        "'%s' is not a whole number from %d to %d".formatted(name, least, most),
        "Send such a number.");
  }

  /// A whole number that is not negative.
  public static OptionalInt count(Context context, String name) {
    return number(context, name, 0, Integer.MAX_VALUE)
        .map(count -> OptionalInt.of(count.intValue()))
        .orElse(OptionalInt.empty());
  }

  public static int limit(Context context) {
    return number(context, "limit", 1, MAX_LIMIT).map(Long::intValue).orElse(DEFAULT_LIMIT);
  }

  /// How long the caller wants to wait; more than `most` is cut to it.
  public static Duration patience(Context context, String name, Duration otherwise, Duration most) {
    Duration asked = duration(context, name).orElse(otherwise);
    return asked.compareTo(most) > 0 ? most : asked;
  }

  public static Optional<Duration> duration(Context context, String name) {
    return Optional.ofNullable(context.queryParam(name))
        .map(value -> {
          try {
            return Durations.parse(value);
          } catch (IllegalArgumentException notOne) {
            throw RefusedException.invalid(
                name,
                "'%s': %s".formatted(name, notOne.getMessage()),
                "Send a duration such as 90s or 1h30m.");
          }
        });
  }
}
