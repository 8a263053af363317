package torpor.runtime.wasm;

import java.nio.file.Path;
import java.time.Duration;
import torpor.runtime.wasm.guest.ModuleLibrary;

/// How the daemon sets this runtime up.
///
/// @param modules where instrumented modules are kept; part of the data, jobs depend on it
/// @param cache where compiled code is kept; may be deleted at any time
/// @param temporary for what nobody misses after the next start; emptied by somebody else
/// @param memoryBytes linear memory of all resident guests together
/// @param durableFrom shorter sleeps stay in memory
/// @param searchPath directories in which `wasm-opt` is looked for, as the variable `PATH` has them
public record WasmSettings(
    Path modules,
    Path cache,
    Path temporary,
    long memoryBytes,
    Duration durableFrom,
    String searchPath,
    ModuleLibrary.Engine engine) {

  /// What suits most: half of the heap for guests, sleeps of a second and more leave memory.
  public static WasmSettings of(Path modules, Path cache, Path temporary, String searchPath) {
    return new WasmSettings(
        modules,
        cache,
        temporary,
        Runtime.getRuntime().maxMemory() / 2,
        Duration.ofSeconds(1),
        searchPath,
        ModuleLibrary.Engine.COMPILER);
  }

  public WasmSettings withMemoryBytes(long bytes) {
    return new WasmSettings(modules, cache, temporary, bytes, durableFrom, searchPath, engine);
  }
}
