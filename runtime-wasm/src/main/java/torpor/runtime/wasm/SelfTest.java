package torpor.runtime.wasm;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import torpor.engine.machine.Capabilities.Problem;
import torpor.runtime.wasm.guest.CallError;
import torpor.runtime.wasm.guest.CallFailedException;
import torpor.runtime.wasm.guest.CpuSupervisor;
import torpor.runtime.wasm.guest.Guest;
import torpor.runtime.wasm.guest.GuestLimits;
import torpor.runtime.wasm.guest.GuestSetup;
import torpor.runtime.wasm.guest.HostServices;
import torpor.runtime.wasm.guest.Instrumentation;
import torpor.runtime.wasm.guest.ModuleLibrary;
import torpor.runtime.wasm.guest.ModuleRefusedException;
import torpor.runtime.wasm.guest.PreparedModule;
import torpor.runtime.wasm.guest.Resumption;
import torpor.runtime.wasm.guest.RunOutcome;
import torpor.runtime.wasm.memory.PageBudget;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.wasi.GuestEnvironment;

/// Measures what this runtime can do here: freezes a tiny guest, restores it, and lets it check
/// itself.
final class SelfTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String FLAG = "DontCompileHugeMethods";
  private static final int MEMORY_BYTES = 1 << 20;

  private SelfTest() {}

  /// What keeps guests from being frozen and restored on this host; empty where nothing does.
  static Optional<Problem> freezing() {
    try {
      Path work = Files.createTempDirectory("torpor-self-test");
      try {
        return freezeAndRestore(work);
      } finally {
        delete(work);
      }
    } catch (IOException
        | SnapshotException
        | ModuleRefusedException
        | ExecutionException
        | TimeoutException
        | RuntimeException e) {
      return Optional.of(broken(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(broken("interrupted"));
    }
  }

  private static Problem broken(String what) {
    return new Problem(
        "a guest could not be frozen and restored: " + what,
        "Check that the temporary directory is writable and supports hard links.");
  }

  private static Optional<Problem> freezeAndRestore(Path work)
      throws IOException,
          SnapshotException,
          ModuleRefusedException,
          ExecutionException,
          TimeoutException,
          InterruptedException {
    PreparedModule module = module(work);
    Path snapshot = work.resolve("snapshot");
    try (CpuSupervisor supervisor = new CpuSupervisor(Duration.ofSeconds(1))) {
      GuestSetup setup = setup(work, supervisor);
      try (Guest guest = Guest.fresh(module, setup, Guest.writer(module, setup))) {
        if (!(outcome(guest.run()) instanceof RunOutcome.Suspended)) {
          return Optional.of(broken("it did not stop"));
        }
        var _ = guest.snapshot(snapshot, 1);
      }
      try (Guest guest = Guest.restored(module, setup, Guest.writer(module, setup), snapshot)) {
        RunOutcome end = outcome(guest.resume(Resumption.of(1)));
        return end.equals(new RunOutcome.Exited(0))
            ? Optional.empty()
            : Optional.of(broken(end.toString()));
      }
    }
  }

  private static RunOutcome outcome(CompletableFuture<RunOutcome> run)
      throws ExecutionException, TimeoutException, InterruptedException {
    return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static PreparedModule module(Path work) throws IOException, ModuleRefusedException {
    try (InputStream in = SelfTest.class.getResourceAsStream("selftest.wasm")) {
      if (in == null) {
        throw new IOException("the self-test's module is missing from this build");
      }
      ModuleLibrary library =
          new ModuleLibrary(
              work.resolve("modules"),
              work.resolve("cache"),
              Instrumentation.none(),
              ModuleLibrary.Engine.INTERPRETER);
      return library.prepare(library.add(in.readAllBytes(), MEMORY_BYTES));
    }
  }

  private static GuestSetup setup(Path work, CpuSupervisor supervisor) {
    return new GuestSetup(
        "self-test",
        work.resolve("guest"),
        new GuestLimits(MEMORY_BYTES, PATIENCE, MEMORY_BYTES),
        new GuestEnvironment(List.of("self-test"), Map.of()),
        List.of(),
        PATIENCE,
        new GuestSetup.Host(
            new PageBudget(MEMORY_BYTES), supervisor, Clock.systemUTC(), bytes -> {}),
        (stream, bytes) -> {},
        new Nobody());
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  /// HotSpot leaves large methods interpreted unless told otherwise, and guests have large methods.
  static Optional<Problem> compilerFlag() {
    HotSpotDiagnosticMXBean hotspot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    boolean slow = hotspot != null && hotspot.getVMOption(FLAG).getValue().equals("true");
    return slow
        ? Optional.of(
            new Problem(
                "the JVM does not compile large methods, so some guests run up to 15 times slower",
                "Start the JVM with -XX:-" + FLAG + "; the launcher does."))
        : Optional.empty();
  }

  /// The self-test's guest asks for nothing; what it does not ask for cannot be answered.
  private static final class Nobody implements HostServices {
    private static CallFailedException refused() {
      return new CallFailedException(CallError.REFUSED, "there is no engine in a self-test");
    }

    @Override
    public List<byte[]> takeSignals(String name) {
      throw refused();
    }

    @Override
    public byte[] params() {
      throw refused();
    }

    @Override
    public byte[] metadata() {
      throw refused();
    }

    @Override
    public void progress(double percent, Optional<String> message) {
      throw refused();
    }

    @Override
    public long lock(Duration ttl) {
      throw refused();
    }

    @Override
    public void unlock(long handle) {
      throw refused();
    }

    @Override
    public void exit(int code, byte[] output) {
      throw refused();
    }
  }
}
