package torpor.daemon.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import torpor.api.node.RuntimeReports;
import torpor.daemon.config.Settings;
import torpor.daemon.scratch.ScratchDirectory;
import torpor.engine.machine.MachineRuntime;
import torpor.runtime.process.ProcessRuntime;
import torpor.runtime.process.tree.DataDirectoryMark;
import torpor.runtime.wasm.WasmRuntime;
import torpor.runtime.wasm.WasmSettings;
import torpor.wire.RuntimeReport;

/// Opens each configured runtime on a directory of its own, which measures it, and closes it again.
public final class MeasuredRuntimes {
  private MeasuredRuntimes() {}

  public static List<RuntimeReport> of(Settings settings, Map<String, String> environment) {
    List<RuntimeReport> reports = new ArrayList<>();
    try (ScratchDirectory scratch = ScratchDirectory.create("torpor-doctor-")) {
      Path home = scratch.path();
      if (settings.runtimes().contains("wasm")) {
        Path modules = Files.createDirectory(home.resolve("modules"));
        Path cache = Files.createDirectory(home.resolve("cache"));
        String searchPath = environment.getOrDefault("PATH", "");
        WasmSettings wasm = WasmSettings.of(modules, cache, home.resolve("tmp"), searchPath);
        reports.add(measure(new WasmRuntime(wasm, Clock.systemUTC())));
      }
      if (settings.runtimes().contains("process")) {
        Path folder = Files.createDirectory(home.resolve("process"));
        reports.add(measure(ProcessRuntime.open(new DataDirectoryMark("doctor"), folder)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("measure the runtimes in a temporary directory", e);
    }
    return reports;
  }

  private static RuntimeReport measure(MachineRuntime runtime) {
    try (runtime) {
      return RuntimeReports.of(runtime.name(), runtime.capabilities());
    }
  }
}
