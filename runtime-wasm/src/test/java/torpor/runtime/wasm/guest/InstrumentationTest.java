package torpor.runtime.wasm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;
import torpor.runtime.wasm.snapshot.PendingCall;

class InstrumentationTest {
  private static final String PATH = Objects.requireNonNullElse(System.getenv("PATH"), "");

  @TempDir Path root;

  private static void assumeInstalled(String tool) {
    boolean installed =
        Stream.of(PATH.split(":", -1)).anyMatch(dir -> Files.isExecutable(Path.of(dir, tool)));
    assumeTrue(installed, () -> "SKIPPED: " + tool + " is not installed (see build.sh)");
  }

  @Test
  void aPlainModuleIsInstrumentedWhereTheToolIsInstalled() throws Exception {
    assumeInstalled("wasm-opt");
    ModuleLibrary library =
        new ModuleLibrary(
            root.resolve("modules"),
            root.resolve("cache"),
            Instrumentation.found(PATH, root.resolve("tmp")),
            ModuleLibrary.Engine.COMPILER);
    String digest = library.add(GuestLab.module("plain.plain"), 1 << 20);
    assertThat(root.resolve("tmp")).isEmptyDirectory();
    try (GuestLab lab = new GuestLab(root);
        Guest guest = lab.fresh(library.prepare(digest), "a")) {
      assertThat(GuestLab.await(guest.run()))
          .isEqualTo(new Suspended(new PendingCall.Sleep("sleep-1", Duration.ofHours(2))));
    }
  }

  @Test
  void theTestModulesAreBuiltFromTheirSources() throws Exception {
    for (String tool : new String[] {"clang", "wasm-ld", "wasm-opt", "wat2wasm"}) {
      assumeInstalled(tool);
    }
    URI worker = Objects.requireNonNull(getClass().getResource("/wasm/worker.c")).toURI();
    Path sources = Path.of(worker).resolveSibling("../../../src/test/resources/wasm").normalize();
    Path log = root.resolve("log");
    Process build =
        new ProcessBuilder(sources.resolve("build.sh").toString(), root.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(build.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      build.destroyForcibly();
    }
    assertThat(build.exitValue()).as(Files.readString(log)).isZero();
    for (String name : new String[] {"worker", "files", "calls", "obedient", "plain", "selftest"}) {
      assertThat(ModuleRules.instrumented(ModuleRules.parse(built(name)))).as(name).isTrue();
    }
    assertThat(printedBy(built("worker"))).isEqualTo(printedBy(GuestLab.module("worker")));
  }

  /// Another version of the tools makes other bytes, which must do the same.
  private String printedBy(byte[] module) throws Exception {
    try (GuestLab lab = new GuestLab(root)) {
      ModuleLibrary library = lab.library();
      PreparedModule prepared = library.prepare(library.add(module, 64 << 20));
      try (Guest guest = lab.fresh(prepared, "built", "3")) {
        assertThat(lab.runThrough(guest)).isEqualTo(new Exited(7));
      }
      return lab.text();
    }
  }

  private byte[] built(String name) throws Exception {
    return Files.readAllBytes(root.resolve(name + ".wasm"));
  }
}
