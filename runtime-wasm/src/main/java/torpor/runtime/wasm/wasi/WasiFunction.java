package torpor.runtime.wasm.wasi;

import java.util.List;
import run.endive.runtime.HostFunction;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/// One function of WASI preview 1 and what it does.
///
/// @param signature one letter per parameter: `i` 32 bits, `I` 64 bits; the result is the error
///   number
record WasiFunction(String name, String signature, Body body) {
  static final String MODULE = "wasi_snapshot_preview1";

  @FunctionalInterface
  interface Body {
    Errno call(Memory memory, long[] arguments);
  }

  HostFunction toHostFunction() {
    List<ValType> parameters =
        signature.chars().mapToObj(c -> c == 'I' ? ValType.I64 : ValType.I32).toList();
    return new HostFunction(
        MODULE,
        name,
        FunctionType.of(parameters, List.of(ValType.I32)),
        (instance, arguments) -> new long[] {answer(instance.memory(), arguments).code()});
  }

  private Errno answer(Memory memory, long[] arguments) {
    try {
      return body.call(memory, arguments);
    } catch (ErrnoException e) {
      return e.errno();
    } catch (WasmRuntimeException badPointer) {
      return Errno.FAULT;
    }
  }
}
