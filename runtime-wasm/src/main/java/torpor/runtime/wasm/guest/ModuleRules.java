package torpor.runtime.wasm.guest;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import run.endive.runtime.ImportFunction;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.ValType;
import torpor.runtime.wasm.wasi.WasiPreview1;

/// What a module must be like to become a guest. Pure: bytes in, module or refusal out.
final class ModuleRules {
  static final int MAX_MODULE_BYTES = 64 << 20;
  static final String ENTRY = "_start";
  static final String TORPOR = "torpor";

  private static final String COMPILE_REMEDY =
      "Compile it as a WASI preview 1 command, for example with clang --target=wasm32-wasi.";
  private static final Set<String> ASYNCIFY =
      Set.of(
          Asyncify.START_UNWIND, Asyncify.STOP_UNWIND, Asyncify.START_REWIND, Asyncify.STOP_REWIND);

  private ModuleRules() {}

  static void requireLoadable(long bytes) throws ModuleRefusedException {
    if (bytes > MAX_MODULE_BYTES) {
      throw new ModuleRefusedException(
          "the module has %d bytes, at most %d are accepted".formatted(bytes, MAX_MODULE_BYTES),
          "Strip debug information (wasm-opt --strip-debug), or split the program.");
    }
  }

  static WasmModule parse(byte[] bytes) throws ModuleRefusedException {
    requireLoadable(bytes.length);
    try {
      return Parser.parse(bytes);
    } catch (WasmEngineException | IndexOutOfBoundsException e) {
      throw new ModuleRefusedException(
          "not a WebAssembly module that can be loaded: " + e.getMessage(), COMPILE_REMEDY, e);
    }
  }

  static boolean instrumented(WasmModule module) {
    return exports(module, ExternalType.FUNCTION).containsAll(ASYNCIFY);
  }

  /// Everything besides instrumentation.
  static void check(WasmModule module, Set<String> known) throws ModuleRefusedException {
    requireMemory(module);
    requireImports(module, known);
    requireState(module);
    if (!exports(module, ExternalType.FUNCTION).contains(ENTRY)) {
      throw new ModuleRefusedException("the module exports no function _start", COMPILE_REMEDY);
    }
    if (module.startSection().isPresent()) {
      throw new ModuleRefusedException(
          "the module has a start section, which would run before it can be frozen",
          "Export the start function as _start instead (AssemblyScript: --exportStart _start).");
    }
  }

  /// Whether the memory that the module declares fits.
  static void requireFits(WasmModule module, long limitBytes) throws ModuleRefusedException {
    long declared = (long) memory(module).initialPages() << 16;
    if (declared > limitBytes) {
      throw new ModuleRefusedException(
          "the module declares %d MiB of memory from the start, the limit is %d MiB"
              .formatted(declared >> 20, limitBytes >> 20),
          "Raise limits.memory, or link with a smaller --initial-memory.");
    }
  }

  static MemoryLimits memory(WasmModule module) {
    return module.memorySection().orElseThrow().getMemory(0).limits();
  }

  private static void requireMemory(WasmModule module) throws ModuleRefusedException {
    if (module.memorySection().map(s -> s.memoryCount()).orElse(0) != 1) {
      throw new ModuleRefusedException(
          "the module does not define exactly one memory of its own", COMPILE_REMEDY);
    }
    if (memory(module).shared()) {
      throw new ModuleRefusedException(
          "the module's memory is shared between threads, which guests do not have",
          "Compile without -pthread and without the atomics feature.");
    }
  }

  private static void requireImports(WasmModule module, Set<String> known)
      throws ModuleRefusedException {
    Set<String> unknown = new TreeSet<>();
    module.importSection().stream()
        .filter(i ->
            i.importType() != ExternalType.FUNCTION || !known.contains(i.module() + "." + i.name()))
        .forEach(i -> unknown.add(i.module() + "." + i.name()));
    if (!unknown.isEmpty()) {
      throw new ModuleRefusedException(
          "the module imports what guests do not have: " + String.join(", ", unknown),
          "Use the functions of %s and %s only.".formatted(WasiPreview1.MODULE, TORPOR));
    }
  }

  /// Only state that a snapshot can hold: numbers, vectors and function references.
  private static void requireState(WasmModule module) throws ModuleRefusedException {
    for (Global global : module.globalSection().globals()) {
      if (global.mutabilityType() == MutabilityType.Var && global.valueType().isReference()) {
        throw referencesRefused("a mutable global");
      }
    }
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      if (!module.tableSection().getTable(i).elementType().equals(ValType.FuncRef)) {
        throw referencesRefused("a table");
      }
    }
  }

  private static ModuleRefusedException referencesRefused(String where) {
    return new ModuleRefusedException(
        "the module keeps references to host or garbage-collected objects in " + where,
        "Compile for linear memory, without the reference-types and gc features.");
  }

  private static Set<String> exports(WasmModule module, ExternalType type) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      if (module.exportSection().getExport(i).exportType() == type) {
        names.add(module.exportSection().getExport(i).name());
      }
    }
    return names;
  }

  /// Names of the host functions that exist, as `module.name`.
  static Set<String> names(List<? extends ImportFunction> functions) {
    Set<String> names = new HashSet<>();
    functions.forEach(f -> names.add(f.module() + "." + f.name()));
    return names;
  }
}
