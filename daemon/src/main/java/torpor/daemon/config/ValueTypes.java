package torpor.daemon.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import torpor.wire.ByteSizes;
import torpor.wire.Durations;
import torpor.wire.Suggestion;

/// The kinds of values there are.
final class ValueTypes {
  static final ValueType<ListenAddress> ADDRESS = quoted(ListenAddress::parse, Object::toString);
  static final ValueType<StoreSetting> STORE = quoted(StoreSetting::parse, Object::toString);
  static final ValueType<String> NODE_NAME = quoted(ValueTypes::nodeName, name -> name);

  /// What the part that it is for will check.
  static final ValueType<String> TEXT = quoted(Parsed::of, text -> text);

  /// Any, also none; whoever uses them says what is wrong with one.
  static final ValueType<List<String>> TEXTS = list(Parsed::of, "write a list of texts");

  static final ValueType<Path> PATH = new ValueType<>(ValueTypes::path, Path::toString);
  static final ValueType<Path> SOCKET_PATH =
      new ValueType<>(given -> path(given).then(ValueTypes::socketPath), Path::toString);

  private static final Pattern NODE_SHAPE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,62}");

  /// What the operating systems' `sun_path` holds, without its closing zero.
  static final int LONGEST_SOCKET_PATH = 107;

  private ValueTypes() {}

  static ValueType<Integer> count(int least, int most) {
    String remedy = "write a whole number from " + least + " to " + most;
    return new ValueType<>(
        given ->
            switch (given.content()) {
              case Given.Content.Whole(long number) -> bounded(number, least, most, remedy);
              case Given.Content.Text(String text) -> wholeNumber(text, least, most, remedy);
              case Given.Content other -> wrongType("a whole number", other, remedy);
            },
        number -> Integer.toString(number));
  }

  private static Parsed<Integer> wholeNumber(String text, int least, int most, String remedy) {
    try {
      return bounded(Long.parseLong(text.strip()), least, most, remedy);
    } catch (NumberFormatException e) {
      return Parsed.bad("is no whole number: \"" + text + "\"", remedy);
    }
  }

  private static Parsed<Integer> bounded(long number, int least, int most, String remedy) {
    return number < least || number > most
        ? Parsed.bad("is " + number, remedy)
        : Parsed.of((int) number);
  }

  static ValueType<Double> ratio(double least, double most) {
    String remedy = "write a number such as 1.5, from " + least + " to " + most;
    return new ValueType<>(
        given ->
            switch (given.content()) {
              case Given.Content.Whole(long number) -> within((double) number, least, most, remedy);
              case Given.Content.Decimal(double number) -> within(number, least, most, remedy);
              case Given.Content.Text(String text) ->
                  attempt(() -> Double.parseDouble(text.strip()), remedy)
                      .then(number -> within(number, least, most, remedy));
              case Given.Content other -> wrongType("a number", other, remedy);
            },
        number -> Double.toString(number));
  }

  private static Parsed<Double> within(double number, double least, double most, String remedy) {
    return number >= least && number <= most
        ? Parsed.of(number)
        : Parsed.bad("is " + number, remedy);
  }

  static ValueType<Long> size(long least, long most) {
    String remedy =
        "write a size such as \"64MiB\", from "
            + ByteSizes.format(least)
            + " to "
            + ByteSizes.format(most);
    return quoted(
        text ->
            attempt(() -> ByteSizes.parse(text), remedy)
                .then(bytes ->
                    bytes < least || bytes > most
                        ? Parsed.bad("is " + text, remedy)
                        : Parsed.of(bytes)),
        ByteSizes::format);
  }

  static ValueType<Duration> duration(Duration least, Duration most) {
    String remedy =
        "write a duration such as \"90s\", from "
            + Durations.format(least)
            + " to "
            + Durations.format(most);
    return quoted(
        text ->
            attempt(() -> Durations.parse(text), remedy)
                .then(duration ->
                    duration.compareTo(least) < 0 || duration.compareTo(most) > 0
                        ? Parsed.bad("is " + text, remedy)
                        : Parsed.of(duration)),
        Durations::format);
  }

  /// One of `known`.
  static ValueType<String> choice(List<String> known) {
    String remedy = "write one of " + String.join(", ", known);
    return quoted(
        text -> known.contains(text) ? Parsed.of(text) : Parsed.bad("is \"" + text + "\"", remedy),
        text -> text);
  }

  /// A list, each of which is one of `known` and given once.
  static ValueType<List<String>> choices(List<String> known) {
    String remedy = "write a list of " + String.join(", ", known);
    return list(texts -> chosen(texts, known, remedy), remedy);
  }

  private static ValueType<List<String>> list(
      Function<List<String>, Parsed<List<String>>> read, String remedy) {
    return new ValueType<>(
        given ->
            switch (given.content()) {
              case Given.Content.Texts(List<String> texts) -> read.apply(texts);
              case Given.Content.Text(String text) -> read.apply(split(text));
              case Given.Content other -> wrongType("a list of texts", other, remedy);
            },
        texts -> String.join(",", texts));
  }

  private static List<String> split(String text) {
    return text.isBlank() ? List.of() : Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private static Parsed<List<String>> chosen(
      List<String> texts, List<String> known, String remedy) {
    for (String text : texts) {
      if (!known.contains(text)) {
        String better =
            Suggestion.nearest(text, known)
                .map(near -> "did you mean " + near + "?")
                .orElse(remedy);
        return Parsed.bad("has an unknown entry \"" + text + "\"", better);
      }
    }
    return texts.isEmpty() || texts.stream().distinct().count() < texts.size()
        ? Parsed.bad("is empty or names something twice", remedy)
        : Parsed.of(texts);
  }

  private static Parsed<String> nodeName(String text) {
    return NODE_SHAPE.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.bad(
            "is no node name: \"" + text + "\"",
            "write up to 63 lower-case letters, digits, hyphens and dots");
  }

  private static Parsed<Path> path(Given given) {
    String remedy = "write the path of a file or directory";
    return text(given, remedy)
        .then(text -> {
          if (text.isBlank()) {
            return Parsed.bad("is empty", remedy);
          }
          try {
            Path path =
                text.startsWith("~/")
                    ? Path.of(System.getProperty("user.home"), text.substring(2))
                    : given.base().resolve(text);
            return Parsed.of(path.normalize());
          } catch (InvalidPathException e) {
            return Parsed.bad("is no path: " + e.getReason(), remedy);
          }
        });
  }

  static Parsed<Path> socketPath(Path path) {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    return length > LONGEST_SOCKET_PATH
        ? Parsed.bad(
            "is " + length + " bytes long, more than a Unix socket can have: " + path,
            "set socket to a path of at most " + LONGEST_SOCKET_PATH + " bytes")
        : Parsed.of(path);
  }

  private static <T> ValueType<T> quoted(
      Function<String, Parsed<T>> parse, ValueType.Writer<T> writer) {
    return new ValueType<>(given -> text(given, "write it in quotes").then(parse), writer);
  }

  private static Parsed<String> text(Given given, String remedy) {
    return switch (given.content()) {
      case Given.Content.Text(String text) -> Parsed.of(text);
      case Given.Content.Quoted(String text) -> Parsed.of(text);
      case Given.Content other -> wrongType("a text", other, remedy);
    };
  }

  private static <T> Parsed<T> wrongType(String wanted, Given.Content content, String remedy) {
    String found =
        switch (content) {
          case Given.Content.Text _, Given.Content.Quoted _ -> "a text";
          case Given.Content.Whole _ -> "a whole number";
          case Given.Content.Decimal _ -> "a number with a point";
          case Given.Content.Texts _ -> "a list of texts";
          case Given.Content.Other(String type) -> type;
        };
    return Parsed.bad("must be " + wanted + ", not " + found, remedy);
  }

  private interface Attempt<T> {
    T run();
  }

  private static <T> Parsed<T> attempt(Attempt<T> attempt, String remedy) {
    try {
      return Parsed.of(attempt.run());
    } catch (IllegalArgumentException e) {
      String reason = e.getMessage() == null ? "it cannot be read" : e.getMessage();
      return Parsed.bad("is wrong: " + reason, remedy);
    }
  }
}
