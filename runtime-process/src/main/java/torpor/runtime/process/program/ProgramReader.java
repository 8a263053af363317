package torpor.runtime.process.program;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.runtime.process.tree.InstanceMark;
import torpor.wire.ByteSizes;
import torpor.wire.Durations;
import torpor.wire.Suggestion;

/// Reads a program from the configuration in a definition. Looks at the text alone. What is wrong
/// is collected; the first of it is the refusal.
public final class ProgramReader {
  private static final List<String> KEYS = List.of("command", "env", "workdir", "limits");
  private static final List<String> LIMIT_KEYS =
      List.of("memory", "cpu_time", "files", "processes");
  // A shell, which the keeper is, hands on no others.
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final long LEAST_MEMORY = 1L << 20;
  private static final int MOST = 1 << 30;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final List<Refusal> wrong = new ArrayList<>();

  private ProgramReader() {}

  public static Reply<Program> read(JsonText config) {
    JsonNode root;
    try {
      root = JSON.readTree(config.text());
    } catch (JacksonException malformed) {
      return Reply.refused(
          Problems.of(
              "config",
              "The configuration is not valid JSON: " + malformed.getOriginalMessage(),
              "Send a JSON object."));
    }
    ProgramReader reader = new ProgramReader();
    Optional<Program> program = reader.program(root);
    return program.isPresent() && reader.wrong.isEmpty()
        ? Reply.done(program.get())
        : Reply.refused(reader.wrong.getFirst());
  }

  private Optional<Program> program(JsonNode root) {
    if (!root.isObject()) {
      refuse("config", "The configuration is not a JSON object.", "Send {\"command\": [\"…\"]}.");
      return Optional.empty();
    }
    knownKeys(root, "", KEYS);
    List<String> command = command(root.get("command"));
    Map<String, String> env = env(root.get("env"));
    Optional<Path> workdir = workdir(root.get("workdir"));
    Limits limits = limits(root.get("limits"));
    return wrong.isEmpty()
        ? Optional.of(new Program(command, env, workdir, limits))
        : Optional.empty();
  }

  private List<String> command(@Nullable JsonNode node) {
    if (node == null || !node.isArray() || node.isEmpty()) {
      refuse(
          "command",
          "The command is not an array with at least one string.",
          "Give the program and its arguments, such as [\"/usr/bin/python3\", \"job.py\"].");
      return List.of();
    }
    List<String> command = new ArrayList<>();
    for (JsonNode word : node.values()) {
      text("command[" + command.size() + "]", word).ifPresent(command::add);
      if (!wrong.isEmpty()) {
        return List.of();
      }
    }
    if (command.getFirst().isBlank()) {
      refuse("command[0]", "The name of the program is empty.", "Name the program to run.");
    }
    return command;
  }

  private Map<String, String> env(@Nullable JsonNode node) {
    Map<String, String> env = new LinkedHashMap<>();
    if (node == null || !isObject("env", node)) {
      return env;
    }
    for (Map.Entry<String, JsonNode> variable : node.properties()) {
      String field = "env." + variable.getKey();
      if (!VARIABLE.matcher(variable.getKey()).matches()) {
        refuse(
            field,
            "'" + variable.getKey() + "' is not the name of an environment variable.",
            "Use letters, digits and _, not starting with a digit.");
      } else if (variable.getKey().equals(InstanceMark.VARIABLE)) {
        refuse(field, "This variable is set by Torpor.", "Leave it out.");
      }
      text(field, variable.getValue()).ifPresent(value -> env.put(variable.getKey(), value));
    }
    return env;
  }

  private Optional<Path> workdir(@Nullable JsonNode node) {
    if (node == null) {
      return Optional.empty();
    }
    Optional<String> text = text("workdir", node);
    try {
      Optional<Path> path = text.map(Path::of);
      if (path.filter(given -> !given.isAbsolute()).isPresent()) {
        refuse(
            "workdir",
            "The working directory '" + path.get() + "' is not absolute.",
            "Give a path that starts with /, or leave it out for a folder of the job's own.");
      }
      return path;
    } catch (InvalidPathException noPath) {
      refuse("workdir", "The working directory is not a path.", "Give an absolute path.");
      return Optional.empty();
    }
  }

  private Limits limits(@Nullable JsonNode node) {
    if (node == null || !isObject("limits", node)) {
      return Limits.NONE;
    }
    knownKeys(node, "limits.", LIMIT_KEYS);
    return new Limits(
        memory(node.get("memory")),
        cpuTime(node.get("cpu_time")),
        count("limits.files", node.get("files"), 16),
        count("limits.processes", node.get("processes"), 1));
  }

  private OptionalLong memory(@Nullable JsonNode node) {
    String field = "limits.memory";
    if (node == null) {
      return OptionalLong.empty();
    }
    try {
      String text = node.isIntegralNumber() ? node.asString() : text(field, node).orElse("0");
      long bytes = ByteSizes.parse(text);
      if (bytes < LEAST_MEMORY) {
        refuse(field, "'" + text + "' is less than any program needs.", "Give at least 1MiB.");
      }
      return OptionalLong.of(bytes);
    } catch (IllegalArgumentException noSize) {
      refuse(field, sentence(noSize), "Give a size such as 512MiB.");
      return OptionalLong.empty();
    }
  }

  private Optional<Duration> cpuTime(@Nullable JsonNode node) {
    String field = "limits.cpu_time";
    if (node == null) {
      return Optional.empty();
    }
    try {
      Duration time = Durations.parse(text(field, node).orElse("0"));
      if (time.toSeconds() < 1 || time.toNanosPart() != 0) {
        refuse(
            field,
            "The processor time is not one or more whole seconds.",
            "Give a duration such as 90s or 10m.");
      }
      return Optional.of(time);
    } catch (IllegalArgumentException noDuration) {
      refuse(field, sentence(noDuration), "Give a duration such as 90s or 10m.");
      return Optional.empty();
    }
  }

  private OptionalInt count(String field, @Nullable JsonNode node, int least) {
    if (node == null) {
      return OptionalInt.empty();
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > MOST) {
      refuse(
          field,
          "'" + field + "' is not a whole number of at least " + least + ".",
          "Give a whole number from " + least + " to " + MOST + ".");
      return OptionalInt.empty();
    }
    return OptionalInt.of(node.intValue());
  }

  private Optional<String> text(String field, JsonNode node) {
    if (!node.isString()) {
      refuse(field, "'" + field + "' is not a string.", "Put it in quotes.");
      return Optional.empty();
    }
    String text = node.stringValue();
    if (text.indexOf('\0') >= 0) {
      refuse(field, "'" + field + "' contains the character NUL.", "Take it out.");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private boolean isObject(String field, JsonNode node) {
    if (!node.isObject()) {
      refuse(field, "'" + field + "' is not a JSON object.", "Send {\"name\": value, …}.");
    }
    return node.isObject();
  }

  private void knownKeys(JsonNode node, String prefix, List<String> known) {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        refuse(
            prefix + key,
            "'" + prefix + key + "' is not a setting of the process runtime.",
            Suggestion.nearest(key, known)
                .map(near -> "Did you mean '" + prefix + near + "'?")
                .orElse("The settings are: " + String.join(", ", known) + "."));
      }
    }
  }

  private void refuse(String field, String detail, String remedy) {
    wrong.add(Problems.of(field, detail, remedy));
  }

  private static String sentence(IllegalArgumentException problem) {
    return problem.getMessage() + ".";
  }
}
