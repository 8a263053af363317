package torpor.runtime.wasm.definition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.runtime.wasm.definition.WasmConfig.Mount;
import torpor.runtime.wasm.guest.GuestLimits;
import torpor.runtime.wasm.guest.ModuleLibrary;
import torpor.runtime.wasm.guest.ModuleRefusedException;
import torpor.wire.WireJson;

/// Checks the configuration of a definition and completes it: the module is taken into the library
/// and named by its digest, paths are resolved, defaults written out.
public final class ConfigCheck {
  private static final String FIELD = "config.";
  private static final String WHOLE =
      "an object such as {\"module\": \"app.wasm\", \"args\": [\"-v\"]}";
  private static final Map<String, String> FORMS =
      Map.of(
          "module", "the path of a .wasm file as the daemon sees it",
          "program", "the name that the program sees as its own",
          "args", "a list of strings",
          "env", "an object whose values are strings",
          "mounts", "a list of objects, each with a source and a target",
          "limits", "an object with sizes such as 64MiB and durations such as 10m");
  private static final long MAX_MEMORY_BYTES = (2L << 30) - (1 << 16);

  private final ModuleLibrary library;

  public ConfigCheck(ModuleLibrary library) {
    this.library = library;
  }

  /// A refusal by a rule, carried to where it becomes the reply.
  private static final class RefusedException extends Exception {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
      super(refusal.detail());
      this.refusal = refusal;
    }
  }

  public Reply<JsonText> check(JsonText json) {
    try {
      WasmConfig config = parse(json);
      GuestLimits limits = limits(config);
      requireValidEnvironment(config);
      List<Mount> mounts = mounts(config.mounts());
      return Reply.done(withModule(config, limits, mounts).toJson());
    } catch (RefusedException e) {
      return Reply.refused(e.refusal);
    }
  }

  private static WasmConfig parse(JsonText json) throws RefusedException {
    try {
      return WireJson.reader(WasmConfig.class).readValue(json.text());
    } catch (UnrecognizedPropertyException e) {
      String known =
          e.getKnownPropertyIds().stream()
              .map(Object::toString)
              .sorted()
              .collect(Collectors.joining(", "));
      throw invalid(
          path(e),
          "there is no setting '%s'".formatted(e.getPropertyName()),
          "Known: " + known + ".");
    } catch (JacksonException e) {
      String form = form(e);
      throw invalid(
          path(e),
          isMissing(e) ? "is missing" : "cannot be read: it is not " + form,
          "Give " + form + ".");
    }
  }

  /// What the setting is, or the one it is part of.
  private static String form(JacksonException e) {
    String setting = e.getPath().isEmpty() ? "" : e.getPath().getFirst().getPropertyName();
    return FORMS.getOrDefault(String.valueOf(setting), WHOLE);
  }

  private static boolean isMissing(JacksonException e) {
    return Stream.of("Null value", "Missing required", "Cannot map `null`")
        .anyMatch(e.getOriginalMessage()::startsWith);
  }

  private static String path(JacksonException e) {
    return e.getPath().stream()
        .map(r -> r.getPropertyName() == null ? "[" + r.getIndex() + "]" : r.getPropertyName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  private static GuestLimits limits(WasmConfig config) throws RefusedException {
    try {
      GuestLimits limits = config.guestLimits();
      if (limits.memoryBytes() > MAX_MEMORY_BYTES) {
        throw invalid(
            "limits.memory",
            "%d bytes of linear memory are more than the engine can give"
                .formatted(limits.memoryBytes()),
            "Use at most 2047MiB.");
      }
      return limits;
    } catch (IllegalArgumentException e) {
      throw invalid(
          "limits",
          String.valueOf(e.getMessage()),
          "Use sizes such as 64MiB (memory at least 64KiB) and durations such as 10m.");
    }
  }

  private static void requireValidEnvironment(WasmConfig config) throws RefusedException {
    for (Map.Entry<String, String> variable : config.env().entrySet()) {
      boolean valid =
          !variable.getKey().isEmpty()
              && variable.getKey().indexOf('=') < 0
              && (variable.getKey() + variable.getValue()).indexOf('\0') < 0;
      if (!valid) {
        throw invalid(
            "env." + variable.getKey(),
            "is not a variable name and value",
            "A name has no '=', and neither has a NUL character.");
      }
    }
    if (config.args().stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw invalid("args", "an argument contains a NUL character", "Remove it.");
    }
  }

  private static List<Mount> mounts(List<Mount> mounts) throws RefusedException {
    List<Mount> resolved = new ArrayList<>();
    Set<String> targets = new HashSet<>();
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      String field = "mounts[%d].".formatted(i);
      if (!mount.readOnly().orElse(true)) {
        throw invalid(
            field + "read_only",
            "a mount of a wasm job cannot be written to",
            "Set read_only to true, and write below / instead, which is part of each checkpoint.");
      }
      if (!mount.target().matches("(/[^/\\x00]+)+") || mount.target().matches(".*/\\.\\.?(/.*)?")) {
        throw invalid(
            field + "target",
            "'%s' is not an absolute path below /".formatted(mount.target()),
            "Use a path such as /data.");
      }
      if (!targets.add(mount.target())) {
        throw invalid(
            field + "target", "'%s' is mounted twice".formatted(mount.target()), "Remove one.");
      }
      resolved.add(new Mount(source(mount, field), mount.target(), Optional.of(true)));
    }
    return resolved;
  }

  private static String source(Mount mount, String field) throws RefusedException {
    try {
      Path real = Path.of(mount.source()).toRealPath();
      if (Files.isDirectory(real) && Files.isReadable(real)) {
        return real.toString();
      }
    } catch (IOException | InvalidPathException e) {
      throw invalid(
          field + "source",
          "'%s' cannot be opened: %s".formatted(mount.source(), e.getMessage()),
          "Give an existing directory that the daemon may read.");
    }
    throw invalid(
        field + "source",
        "'%s' is not a readable directory".formatted(mount.source()),
        "Give an existing directory that the daemon may read.");
  }

  private WasmConfig withModule(WasmConfig config, GuestLimits limits, List<Mount> mounts)
      throws RefusedException {
    String reference = config.module();
    try {
      if (ModuleLibrary.isDigest(reference)) {
        library.check(reference, limits.memoryBytes());
        return config.completed(reference, config.program().orElse("main.wasm"), mounts);
      }
      Path path = Path.of(reference);
      if (Files.isDirectory(path)) {
        throw imageInvalid("'%s' is a directory".formatted(reference), "Give the module itself.");
      }
      String digest = library.add(bytes(path), limits.memoryBytes());
      String name = config.program().orElse(String.valueOf(path.getFileName()));
      return config.completed(digest, name, mounts);
    } catch (ModuleRefusedException e) {
      throw imageInvalid(String.valueOf(e.getMessage()), e.remedy());
    } catch (NoSuchFileException | InvalidPathException e) {
      throw imageInvalid(
          "there is no file '%s'".formatted(reference),
          "Give the path of a .wasm file as the daemon sees it.");
    } catch (IOException e) {
      throw imageInvalid(
          "reading or keeping '%s' failed: %s".formatted(reference, e.getMessage()),
          "Check that the daemon may read the module, and that the data directory has space.");
    }
  }

  private byte[] bytes(Path path) throws IOException, ModuleRefusedException {
    ModuleLibrary.requireLoadable(Files.size(path));
    return Files.readAllBytes(path);
  }

  private static RefusedException invalid(String field, String detail, String remedy) {
    String name = field.isEmpty() ? "config" : FIELD + field;
    return new RefusedException(
        Refusal.ofField(RefusalCode.DEFINITION_INVALID, name, detail, remedy));
  }

  private static RefusedException imageInvalid(String detail, String remedy) {
    return new RefusedException(
        Refusal.ofField(RefusalCode.IMAGE_INVALID, FIELD + "module", detail, remedy));
  }
}
