package torpor.runtime.wasm.guest;

import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;

/// A module that is ready to run: checked, instrumented and compiled. Immutable, shared by its
/// guests.
public final class PreparedModule {
  private final String digest;
  private final WasmModule module;
  private final Function<Instance, Machine> machine;

  PreparedModule(String digest, WasmModule module, Function<Instance, Machine> machine) {
    this.digest = digest;
    this.module = module;
    this.machine = machine;
  }

  /// `sha256:` and the digest of the instrumented bytes, to which snapshots are bound.
  public String digest() {
    return digest;
  }

  WasmModule module() {
    return module;
  }

  Function<Instance, Machine> machine() {
    return machine;
  }
}
