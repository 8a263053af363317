package torpor.api.instance;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.core.instance.spec.InstanceName;
import torpor.core.instance.spec.Resources;
import torpor.wire.Durations;
import torpor.wire.instance.Bandwidths;
import torpor.wire.instance.MemorySizes;

/// Reads single fields of requests about machines, or refuses them by name. Pure.
public final class Fields {
  private static final int MAX_TAGS_CHARACTERS = 64 * 1024;
  private static final int MAX_WORDS = 1_024;
  private static final int MAX_WORDS_CHARACTERS = 128 * 1024;

  private Fields() {}

  public static InstanceName name(String field, String text) {
    if (!InstanceName.isValid(text)) {
      throw RefusedException.invalid(
          field,
          "'%s' is no name of an instance: '%s'".formatted(field, shown(text)),
          "Use " + InstanceName.GRAMMAR + ".");
    }
    return new InstanceName(text);
  }

  /// Bytes, in whole mebibytes.
  public static long size(String field, String text) {
    long bytes;
    try {
      bytes = MemorySizes.parse(text);
    } catch (IllegalArgumentException notOne) {
      throw RefusedException.invalid(
          field, "'%s': %s".formatted(field, notOne.getMessage()), "Send a size such as 512MB.");
    }
    if (bytes < Resources.MIB || bytes % Resources.MIB != 0) {
      throw RefusedException.invalid(
          field,
          "'%s' is not a whole number of megabytes: '%s'".formatted(field, shown(text)),
          "Send a size such as 512MB or 10GB.");
    }
    return bytes;
  }

  static OptionalLong rate(String field, Optional<String> text) {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Bandwidths.parse(text.orElseThrow()));
    } catch (IllegalArgumentException notOne) {
      throw RefusedException.invalid(
          field, "'%s': %s".formatted(field, notOne.getMessage()), "Send a rate such as 125MB/s.");
    }
  }

  static int port(String field, int port) {
    if (port < 1 || port > 65_535) {
      throw RefusedException.invalid(
          field, "'%s' is no port: %d".formatted(field, port), "Send a number from 1 to 65535.");
    }
    return port;
  }

  /// @param least smallest value taken
  public static int number(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw RefusedException.invalid(
          field,
          "'%s' is not from %d to %d: %d".formatted(field, least, most, value),
          "Send such a number.");
    }
    return value;
  }

  public static Duration atLeast(String field, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw RefusedException.invalid(
          field,
          "'%s' is shorter than %s".formatted(field, Durations.format(least)),
          "Send at least that.");
    }
    return value;
  }

  /// A path in a guest.
  static String path(String field, String text) {
    boolean climbs = Arrays.asList(text.split("/")).contains("..");
    if (!text.startsWith("/") || climbs) {
      throw RefusedException.invalid(
          field,
          "'%s' is no absolute path: '%s'".formatted(field, shown(text)),
          "Send a path that begins with / and has no .. in it.");
    }
    return StoredText.checked(field, text);
  }

  /// A program and its arguments.
  static List<String> words(String field, List<String> words) {
    long characters = words.stream().mapToLong(String::length).sum();
    if (words.size() > MAX_WORDS || characters > MAX_WORDS_CHARACTERS) {
      throw RefusedException.invalid(
          field,
          "'%s' has more than %d words or %d characters"
              .formatted(field, MAX_WORDS, MAX_WORDS_CHARACTERS),
          "Put long input in a file or in the environment.");
    }
    words.forEach(word -> StoredText.checked(field, word));
    return words;
  }

  public static Map<String, String> tags(Map<String, String> tags) {
    long characters =
        tags.entrySet().stream()
            .mapToLong(tag -> tag.getKey().length() + (long) tag.getValue().length())
            .sum();
    if (characters > MAX_TAGS_CHARACTERS) {
      throw RefusedException.invalid(
          "tags",
          "'tags' has more than 65536 characters",
          "Keep large data elsewhere and refer to it.");
    }
    tags.forEach(
        (key, value) -> StoredText.checked("tags." + StoredText.checked("tags", key), value));
    return tags;
  }

  /// What a caller wrote, as it may be repeated to them.
  static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
