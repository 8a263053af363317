package torpor.runtime.wasm.guest;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.endive.runtime.HostFunction;
import torpor.runtime.wasm.wasi.DescriptorTable;
import torpor.runtime.wasm.wasi.GuestClock;
import torpor.runtime.wasm.wasi.GuestEnvironment;
import torpor.runtime.wasm.wasi.Sleeper;
import torpor.runtime.wasm.wasi.WasiPreview1;

/// The functions a module can import, known before there is any guest.
final class HostImports {
  private static final Set<String> NAMES = collect();

  private HostImports() {}

  /// As `module.name`.
  static Set<String> names() {
    return NAMES;
  }

  /// Only names are taken from these functions; nothing behind them is ever called.
  private static Set<String> collect() {
    Sleeper sleeper =
        new Sleeper() {
          @Override
          public boolean resumedFromSleep() {
            return false;
          }

          @Override
          public boolean sleep(Duration duration) {
            return true;
          }
        };
    List<HostFunction> all = new ArrayList<>();
    all.addAll(
        new WasiPreview1(
                new GuestEnvironment(List.of(), Map.of()),
                new DescriptorTable(List.of()),
                GuestClock.starting(Clock.systemUTC(), System::nanoTime),
                bytes -> {},
                (stream, bytes) -> {},
                sleeper)
            .functions());
    all.addAll(new TorporCalls(Optional::empty).functions());
    return Set.copyOf(ModuleRules.names(all));
  }
}
