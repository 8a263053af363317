package torpor.runtime.wasm.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.definition.JsonText;
import torpor.runtime.wasm.guest.GuestLimits;
import torpor.wire.ByteSizes;
import torpor.wire.WireJson;

/// The configuration of a wasm definition, in JSON as in the fields here.
///
/// @param module path of a module, or `sha256:` and a digest once it has been checked
/// @param program the module's file name, the program's first argument
/// @param mounts directories of the host that the program may read
public record WasmConfig(
    String module,
    Optional<String> program,
    List<String> args,
    Map<String, String> env,
    List<Mount> mounts,
    Optional<Limits> limits) {
  private static final String DEFAULT_MEMORY = "256MiB";
  private static final Duration DEFAULT_CPU_TIME = Duration.ofHours(24);
  private static final String DEFAULT_FILES = "1GiB";

  public WasmConfig {
    args = List.copyOf(args);
    env = Map.copyOf(env);
    mounts = List.copyOf(mounts);
  }

  /// @param source a directory of the host
  /// @param target absolute path in the guest
  /// @param readOnly may be left out; true is the only choice
  public record Mount(String source, String target, Optional<Boolean> readOnly) {}

  /// Sizes such as `64MiB`, a duration such as `10m`; what is left out has a default.
  public record Limits(
      Optional<String> memory, Optional<Duration> cpuTime, Optional<String> files) {
    static final Limits DEFAULT = new Limits(Optional.empty(), Optional.empty(), Optional.empty());

    Limits complete() {
      return new Limits(
          Optional.of(memory.orElse(DEFAULT_MEMORY)),
          Optional.of(cpuTime.orElse(DEFAULT_CPU_TIME)),
          Optional.of(files.orElse(DEFAULT_FILES)));
    }
  }

  /// Reads what {@link ConfigCheck} has completed.
  public static WasmConfig read(JsonText json) {
    return WireJson.read(json.text(), WasmConfig.class);
  }

  public JsonText toJson() {
    return new JsonText(WireJson.write(this));
  }

  /// @throws IllegalArgumentException where a size is none, ready to be shown
  public GuestLimits guestLimits() {
    Limits all = limits.orElse(Limits.DEFAULT).complete();
    return new GuestLimits(
        ByteSizes.parse(all.memory().orElseThrow()),
        all.cpuTime().orElseThrow(),
        ByteSizes.parse(all.files().orElseThrow()));
  }

  WasmConfig completed(String digest, String name, List<Mount> resolved) {
    return new WasmConfig(
        digest,
        Optional.of(name),
        args,
        env,
        resolved,
        Optional.of(limits.orElse(Limits.DEFAULT).complete()));
  }
}
