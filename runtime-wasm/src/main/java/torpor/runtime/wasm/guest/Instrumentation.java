package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import torpor.host.program.Executables;

/// Adds asyncify to modules that came without it, by binaryen's `wasm-opt` where it is installed.
public final class Instrumentation {
  /// The imports at which a guest may stop.
  public static final List<String> SUSPENDING_IMPORTS =
      List.of(
          "torpor.checkpoint",
          "torpor.sleep",
          "torpor.wait_signal",
          "wasi_snapshot_preview1.poll_oneoff");

  /// What to tell somebody whose module is not instrumented.
  public static final String REMEDY =
      "Instrument it with: wasm-opt -O2 --asyncify --pass-arg=asyncify-imports@"
          + String.join(",", SUSPENDING_IMPORTS)
          + " in.wasm -o out.wasm, or install wasm-opt (Debian package binaryen) on this host.";

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final List<String> FEATURES =
      List.of(
          "--enable-bulk-memory",
          "--enable-mutable-globals",
          "--enable-nontrapping-float-to-int",
          "--enable-sign-ext");

  private final Optional<Path> optimizer;
  private final Path temporary;

  private Instrumentation(Optional<Path> optimizer, Path temporary) {
    this.optimizer = optimizer;
    this.temporary = temporary;
  }

  /// For modules that come instrumented.
  public static Instrumentation none() {
    return new Instrumentation(Optional.empty(), Path.of("."));
  }

  /// Uses the `wasm-opt` found in a list of directories such as the variable `PATH` holds.
  ///
  /// @param temporary where it works; made if need be
  public static Instrumentation found(String searchPath, Path temporary) {
    return new Instrumentation(Executables.find("wasm-opt", searchPath), temporary);
  }

  public boolean available() {
    return optimizer.isPresent();
  }

  /// The instrumented module. Takes seconds for a large one.
  byte[] instrument(byte[] module) throws ModuleRefusedException {
    Path tool =
        optimizer.orElseThrow(() ->
            new ModuleRefusedException(
                "the module carries no asyncify instrumentation, so it cannot be frozen", REMEDY));
    try {
      Path work = Files.createTempDirectory(Files.createDirectories(temporary), "instrument");
      try {
        return run(tool, work, module);
      } finally {
        for (String name : List.of("in.wasm", "out.wasm", "log")) {
          Files.deleteIfExists(work.resolve(name));
        }
        Files.delete(work);
      }
    } catch (IOException e) {
      throw new ModuleRefusedException(
          "the module could not be instrumented: " + e.getMessage(), REMEDY, e);
    }
  }

  private static byte[] run(Path tool, Path work, byte[] module)
      throws IOException, ModuleRefusedException {
    Path in = Files.write(work.resolve("in.wasm"), module);
    Path out = work.resolve("out.wasm");
    Path log = work.resolve("log");
    List<String> command = new ArrayList<>(List.of(tool.toString()));
    command.addAll(FEATURES);
    command.addAll(List.of("-O2", "--asyncify"));
    command.add("--pass-arg=asyncify-imports@" + String.join(",", SUSPENDING_IMPORTS));
    command.addAll(List.of(in.toString(), "-o", out.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new ModuleRefusedException(
            "wasm-opt took longer than " + PATIENCE.toMinutes() + " minutes", REMEDY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModuleRefusedException("instrumenting the module was interrupted", "Try again.", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new ModuleRefusedException("wasm-opt refused the module: " + firstLine(log), REMEDY);
    }
    return Files.readAllBytes(out);
  }

  private static String firstLine(Path log) throws IOException {
    return new String(Files.readAllBytes(log), UTF_8).lines().findFirst().orElse("no output");
  }
}
