package torpor.runtime.wasm.wasi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import run.endive.runtime.HostFunction;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/// The whole of WASI preview 1 for one guest, ready to be imported. Used by the guest's thread
/// only.
public final class WasiPreview1 {
  /// The import module under which the functions are found.
  public static final String MODULE = WasiFunction.MODULE;

  private final List<HostFunction> functions;

  /// @param entropy fills an array with random bytes
  public WasiPreview1(
      GuestEnvironment environment,
      DescriptorTable descriptors,
      GuestClock clock,
      Consumer<byte[]> entropy,
      OutputSink sink,
      Sleeper sleeper) {
    List<WasiFunction> all = new ArrayList<>();
    all.addAll(new SystemCalls(environment, clock, entropy).functions());
    all.addAll(new DescriptorCalls(descriptors, sink).functions());
    all.addAll(new PathCalls(descriptors).functions());
    all.add(new PollCall(descriptors, clock, sleeper).function());
    List<HostFunction> host = new ArrayList<>();
    all.forEach(function -> host.add(function.toHostFunction()));
    host.add(exit());
    this.functions = List.copyOf(host);
  }

  public List<HostFunction> functions() {
    return functions;
  }

  private static HostFunction exit() {
    return new HostFunction(
        MODULE,
        "proc_exit",
        FunctionType.of(List.of(ValType.I32), List.of()),
        (instance, arguments) -> {
          throw new ProcessExit((int) arguments[0]);
        });
  }
}
