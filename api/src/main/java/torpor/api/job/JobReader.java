package torpor.api.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import torpor.api.definition.DefinitionReader;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.StoredText;
import torpor.core.definition.JsonText;
import torpor.core.job.JobPhase;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.store.JobInputs;
import torpor.wire.JobRequest;
import torpor.wire.RawJson;
import torpor.wire.Suggestion;

/// Reads what requests about jobs say, or refuses them naming the field. Pure.
public final class JobReader {
  private static final int MAX_ENVIRONMENT_CHARACTERS = 256 * 1024;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
  private static final Pattern SIGNAL = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private JobReader() {}

  /// Where a retry goes on from.
  record RetryPoint(boolean start, Optional<SnapshotNumber> snapshot) {
    static final RetryPoint NEWEST = new RetryPoint(false, Optional.empty());
    static final RetryPoint START = new RetryPoint(true, Optional.empty());
  }

  static SpawnRequest spawn(
      JobRequest request, int maxParams, Optional<IdempotentRequest> idempotent) {
    return new SpawnRequest(
        DefinitionReader.name("definition_name", request.definitionName()),
        DefinitionReader.versionOrLatest(
            "definition_version", request.definitionVersion().orElse(DefinitionReader.LATEST)),
        new JobInputs(
            bounded("params", request.params(), maxParams),
            environment(request.env()),
            DefinitionReader.metadata(request.metadata())),
        request.timeout(),
        idempotent);
  }

  /// JSON of at most `limit` bytes.
  public static JsonText bounded(String field, RawJson json, int limit) {
    if (json.text().getBytes(StandardCharsets.UTF_8).length > limit) {
      throw RequestBody.tooLarge("'" + field + "'", limit, field);
    }
    return new JsonText(json.text());
  }

  public static Map<String, String> environment(Map<String, String> env) {
    long characters = 0;
    for (Map.Entry<String, String> variable : env.entrySet()) {
      if (!VARIABLE.matcher(variable.getKey()).matches()) {
        throw RefusedException.invalid(
            "env",
            "'%s' is no name of an environment variable".formatted(variable.getKey()),
            "Use letters, digits and '_', not beginning with a digit.");
      }
      StoredText.checked("env." + variable.getKey(), variable.getValue());
      characters += variable.getKey().length() + variable.getValue().length();
    }
    if (characters > MAX_ENVIRONMENT_CHARACTERS) {
      throw RefusedException.invalid(
          "env", "'env' has more than 262144 characters", "Pass large data in 'params'.");
    }
    return env;
  }

  /// @param field how the caller wrote it
  public static String signalName(String field, String name) {
    if (!SIGNAL.matcher(name).matches()) {
      throw RefusedException.invalid(
          field,
          "'%s' is no name of a signal".formatted(field),
          "Use 1 to 128 letters, digits, '.', '_', ':' or '-'.");
    }
    return name;
  }

  /// @param from JSON: `"newest"`, `"start"`, or a snapshot's number
  static RetryPoint retryPoint(Optional<RawJson> from) {
    String text = from.map(RawJson::text).orElse("null");
    return switch (text) {
      case "null", "\"newest\"" -> RetryPoint.NEWEST;
      case "\"start\"" -> RetryPoint.START;
      default -> {
        if (!text.matches("[1-9]\\d{0,8}")) {
          throw RefusedException.invalid(
              "from",
              "'from' is no place to go on from",
              "Send \"newest\", \"start\", or the number of a snapshot.");
        }
        yield new RetryPoint(false, Optional.of(new SnapshotNumber(Integer.parseInt(text))));
      }
    };
  }

  /// @param names phases; `ended` and `live` stand for several
  static Set<JobPhase> phases(List<String> names) {
    Set<JobPhase> phases = EnumSet.noneOf(JobPhase.class);
    names.forEach(name -> phases.addAll(phases(name)));
    return phases;
  }

  private static List<JobPhase> phases(String name) {
    List<JobPhase> all = List.of(JobPhase.values());
    List<JobPhase> found =
        switch (name) {
          case "ended" -> all.stream().filter(p -> p.kind() == JobPhase.Kind.ENDED).toList();
          case "live" -> all.stream().filter(p -> p.kind() != JobPhase.Kind.ENDED).toList();
          default -> all.stream().filter(p -> p.text().equals(name)).toList();
        };
    if (found.isEmpty()) {
      List<String> known = Arrays.stream(JobPhase.values()).map(JobPhase::text).toList();
      throw RefusedException.invalid(
          "state",
          "There is no state '%s'".formatted(name),
          Suggestion.nearest(name, known)
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("The states are: " + String.join(", ", known) + ", ended, live."));
    }
    return found;
  }
}
