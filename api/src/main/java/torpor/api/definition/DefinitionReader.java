package torpor.api.definition;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.machine.RuntimeName;
import torpor.core.retry.RetryPolicy;
import torpor.engine.store.NewDefinition;
import torpor.wire.DefinitionRequest;
import torpor.wire.RawJson;

/// Reads what a definition request says, or refuses it naming the field. Pure.
public final class DefinitionReader {
  public static final String LATEST = "latest";

  private static final int DEFAULT_KEPT_SNAPSHOTS = 2;
  private static final int MAX_KEPT_SNAPSHOTS = 1_000;
  private static final int MAX_METADATA_CHARACTERS = 64 * 1024;
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}");
  private static final Pattern RUNTIME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private DefinitionReader() {}

  static NewDefinition read(DefinitionRequest request) {
    return new NewDefinition(
        name("name", request.name()),
        newVersion(request.version()),
        runtime(request),
        config(request.config()),
        request.retryPolicy().map(RetryPolicyReader::read).orElse(RetryPolicy.DEFAULT),
        request.timeout(),
        keptSnapshots(request.keepSnapshots()),
        metadata(request.metadata()));
  }

  public static DefinitionName name(String field, String text) {
    if (!DefinitionName.isValid(text)) {
      throw RefusedException.invalid(
          field,
          "'%s' is no definition name".formatted(field),
          "Use 1 to 128 letters, digits, '.', '_', '-' or '/', beginning with a letter or digit.");
    }
    return new DefinitionName(text);
  }

  /// @return a version, or [#LATEST] for it and for `@latest`
  public static String versionOrLatest(String field, String text) {
    return text.equals("@" + LATEST) ? LATEST : version(field, text);
  }

  private static String newVersion(String text) {
    if (text.equals(LATEST)) {
      throw RefusedException.invalid(
          "version",
          "'latest' stands for the newest version and cannot be one",
          "Choose a version such as 1.");
    }
    return version("version", text);
  }

  private static String version(String field, String text) {
    if (!VERSION.matcher(text).matches()) {
      throw RefusedException.invalid(
          field,
          "'%s' is no version".formatted(field),
          "Use 1 to 128 letters, digits, '.', '_', '+' or '-', beginning with a letter or digit.");
    }
    return text;
  }

  private static RuntimeName runtime(DefinitionRequest request) {
    Optional<String> isolated = request.isolation().map(DefinitionReader::isolating);
    Optional<String> named = request.runtime().or(request::runtimeType).or(() -> isolated);
    if (named.isEmpty()) {
      throw RefusedException.invalid(
          "runtime", "'runtime' is missing", "Name one that GET /v1/runtimes shows, such as wasm.");
    }
    if (request.runtimeType().isPresent() && !request.runtimeType().equals(named)) {
      throw RefusedException.invalid(
          "runtime_type", "'runtime' and 'runtime_type' differ", "Send one of the two.");
    }
    if (isolated.isPresent() && !isolated.equals(named)) {
      throw RefusedException.invalid(
          "isolation",
          "The runtime %s does not isolate by '%s'"
              .formatted(named.orElseThrow(), request.isolation().orElseThrow()),
          "Send one of the two, or the runtime %s.".formatted(isolated.orElseThrow()));
    }
    String text = named.orElseThrow();
    if (!RUNTIME.matcher(text).matches()) {
      throw RefusedException.invalid(
          request.runtime().isPresent() ? "runtime" : "runtime_type",
          "This is no runtime's name",
          "Name one that GET /v1/runtimes shows, such as wasm.");
    }
    return new RuntimeName(text);
  }

  /// The runtime that isolates so.
  private static String isolating(String isolation) {
    return switch (isolation) {
      case "vm" -> "qemu";
      case "container", "sandbox" ->
          throw RefusedException.invalid(
              "isolation",
              "Nothing here isolates by '%s' yet".formatted(isolation),
              "Send vm, or leave it out and name a runtime.");
      default ->
          throw RefusedException.invalid(
              "isolation", "This is no isolation", "Send vm, or leave it out and name a runtime.");
    };
  }

  private static JsonText config(RawJson config) {
    if (config.isNull()) {
      return JsonText.EMPTY_OBJECT;
    }
    if (!config.isObject()) {
      throw RefusedException.invalid(
          "config", "'config' is not an object", "Send what the runtime needs as an object.");
    }
    return new JsonText(config.text());
  }

  private static int keptSnapshots(Optional<Integer> asked) {
    int kept = asked.orElse(DEFAULT_KEPT_SNAPSHOTS);
    if (kept < 1 || kept > MAX_KEPT_SNAPSHOTS) {
      throw RefusedException.invalid(
          "keep_snapshots",
          "'keep_snapshots' is not from 1 to " + MAX_KEPT_SNAPSHOTS,
          "Keep at least the newest one.");
    }
    return kept;
  }

  public static Map<String, String> metadata(Map<String, String> metadata) {
    long characters =
        metadata.entrySet().stream()
            .mapToLong(entry -> entry.getKey().length() + (long) entry.getValue().length())
            .sum();
    if (characters > MAX_METADATA_CHARACTERS) {
      throw RefusedException.invalid(
          "metadata",
          "'metadata' has more than 65536 characters",
          "Keep large data elsewhere and refer to it.");
    }
    metadata.forEach((key, value) ->
        StoredText.checked("metadata." + StoredText.checked("metadata", key), value));
    return metadata;
  }
}
