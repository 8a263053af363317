package torpor.api.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.Suggestion;

/// What is wrong with a JSON body, said so that its sender can mend it: the field where it is one,
/// the line and column where it is not even JSON.
final class JsonRefusals {
  private JsonRefusals() {}

  static Refusal of(JacksonException malformed) {
    return switch (malformed) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case StreamReadException syntax -> notJson(syntax);
      case InvalidNullException inside ->
          Refusal.invalid(
              path(inside),
              "There is a null in '%s'".formatted(path(inside)),
              "Leave it out, or send a value.");
      case MismatchedInputException mismatch -> mismatch(mismatch);
      case ValueInstantiationException nulls
          when nulls.getCause() instanceof NullPointerException ->
          Refusal.of(
              RefusalCode.REQUEST_INVALID,
              "A list or an object in the body has a null in it",
              "Leave it out, or send a value.");
      default -> notJson(malformed);
    };
  }

  private static Refusal unknownField(UnrecognizedPropertyException unknown) {
    Collection<Object> known = unknown.getKnownPropertyIds();
    List<String> names =
        known == null ? List.of() : known.stream().map(Object::toString).sorted().toList();
    String name = unknown.getPropertyName();
    return Refusal.invalid(
        path(unknown),
        "There is no field '%s' here".formatted(name),
        Suggestion.nearest(name, names)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("The fields are: " + String.join(", ", names) + "."));
  }

  private static Refusal notJson(JacksonException syntax) {
    return notJson(syntax, firstSentence(syntax));
  }

  private static Refusal notJson(JacksonException syntax, String what) {
    TokenStreamLocation at = syntax.getLocation();
    String where =
        at == null || at.getLineNr() < 1
            ? ""
            : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return Refusal.of(
        RefusalCode.REQUEST_INVALID,
        "The body is not valid JSON%s: %s".formatted(where, what),
        "Send one JSON document in UTF-8.");
  }

  private static Refusal mismatch(MismatchedInputException mismatch) {
    String field = path(mismatch);
    String message = mismatch.getOriginalMessage();
    if (field.isEmpty()) {
      return message.startsWith("Trailing token")
          ? notJson(mismatch, "something follows its end")
          : Refusal.of(
              RefusalCode.REQUEST_INVALID,
              message.startsWith("No content") ? "The body is empty" : "The body is no JSON object",
              "Send a JSON object.");
    }
    String expected = expected(mismatch.getTargetType());
    if (message.startsWith("Null value for creator property")
        || message.startsWith("Missing required creator property")
        || message.startsWith("Cannot map `null`")) {
      return Refusal.invalid(
          field, "'%s' is missing".formatted(field), "Send it as %s.".formatted(expected));
    }
    if (mismatch.getTargetType() == Duration.class) {
      return Refusal.invalid(
          field, "'%s': %s".formatted(field, message), "Send a duration such as 90s or 1h30m.");
    }
    return Refusal.invalid(
        field, "'%s' is not %s".formatted(field, expected), "Send it as %s.".formatted(expected));
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "the documented type";
    }
    if (Instant.class.isAssignableFrom(type)) {
      return "a time such as 2027-01-31T08:00:00Z";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "an object whose values are strings";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
      return "a whole number";
    }
    if (type == Double.class || type == double.class) {
      return "a number";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    return type == Duration.class ? "a duration such as 90s or 1h30m" : "an object";
  }

  /// `retry_policy.backoff.cap`, `on[2]`.
  private static String path(JacksonException malformed) {
    return malformed.getPath().stream()
        .map(step ->
            step.getPropertyName() == null
                ? "[" + step.getIndex() + "]"
                : "." + step.getPropertyName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static String firstSentence(JacksonException malformed) {
    String message = malformed.getOriginalMessage().lines().findFirst().orElse("");
    return message.length() > 200 ? message.substring(0, 200) + "…" : message;
  }
}
