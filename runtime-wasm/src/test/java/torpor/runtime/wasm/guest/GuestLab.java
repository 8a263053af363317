package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import torpor.runtime.wasm.guest.GuestSetup.HostMount;
import torpor.runtime.wasm.memory.PageBudget;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.snapshot.SnapshotWriter;
import torpor.runtime.wasm.wasi.GuestEnvironment;

/// A bench for guests: real modules and files, with the engine's part played by plain fields.
public final class GuestLab implements AutoCloseable, HostServices {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final Path root;
  final CpuSupervisor supervisor = new CpuSupervisor(Duration.ofMillis(20));
  final PageBudget budget = new PageBudget(512L << 20);
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  final Map<String, Deque<byte[]>> signals = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  GuestLimits limits = new GuestLimits(64L << 20, Duration.ofMinutes(5), 16L << 20);
  List<HostMount> mounts = List.of();
  Duration durableFrom = Duration.ofSeconds(1);
  Clock clock = Clock.systemUTC();
  ModuleLibrary.Engine engine = ModuleLibrary.Engine.COMPILER;
  UnaryOperator<OutputStream> disk = UnaryOperator.identity();
  private long nextLock = 1;

  public GuestLab(Path root) {
    this.root = root;
  }

  static byte[] module(String name) throws IOException {
    try (InputStream in = GuestLab.class.getResourceAsStream("/wasm/" + name + ".wasm")) {
      if (in == null) {
        throw new IOException("no test module " + name);
      }
      return in.readAllBytes();
    }
  }

  ModuleLibrary library() {
    return new ModuleLibrary(
        root.resolve("modules"), root.resolve("cache"), Instrumentation.none(), engine);
  }

  PreparedModule prepare(String name) throws ModuleRefusedException, IOException {
    ModuleLibrary library = library();
    return library.prepare(library.add(module(name), limits.memoryBytes()));
  }

  GuestSetup setup(String instance, String... arguments) throws IOException {
    Path directory = Files.createDirectories(root.resolve(instance));
    List<String> all = new ArrayList<>(List.of("program"));
    all.addAll(List.of(arguments));
    return new GuestSetup(
        instance,
        directory,
        limits,
        new GuestEnvironment(all, Map.of("WORKER_NAME", "w1")),
        mounts,
        durableFrom,
        new GuestSetup.Host(budget, supervisor, clock, bytes -> Arrays.fill(bytes, (byte) 7)),
        (stream, bytes) -> output.writeBytes(bytes),
        this);
  }

  Guest fresh(PreparedModule module, String instance, String... arguments) throws IOException {
    GuestSetup setup = setup(instance, arguments);
    return Guest.fresh(module, setup, writer(module, setup));
  }

  Guest restored(PreparedModule module, String instance, Path snapshot, String... arguments)
      throws IOException, SnapshotException {
    GuestSetup setup = setup(instance, arguments);
    return Guest.restored(module, setup, writer(module, setup), snapshot);
  }

  private SnapshotWriter writer(PreparedModule module, GuestSetup setup) {
    return new SnapshotWriter(module.digest(), setup.pages(), disk);
  }

  Path snapshotDirectory(String instance, int number) {
    return root.resolve("snapshots").resolve(instance + "-" + number);
  }

  String text() {
    return output.toString(UTF_8);
  }

  static RunOutcome await(CompletableFuture<RunOutcome> run) throws Exception {
    return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// Runs to the end without ever leaving memory.
  RunOutcome runThrough(Guest guest) throws Exception {
    RunOutcome outcome = await(guest.run());
    while (outcome instanceof RunOutcome.Suspended) {
      outcome = await(guest.resume(Resumption.of(0)));
    }
    return outcome;
  }

  @Override
  public List<byte[]> takeSignals(String name) {
    Deque<byte[]> waiting = signals.remove(name);
    return waiting == null ? List.of() : List.copyOf(waiting);
  }

  void send(String name, String payload) {
    signals.computeIfAbsent(name, n -> new ArrayDeque<>()).add(payload.getBytes(UTF_8));
  }

  @Override
  public byte[] params() {
    return "{\"n\":3}".getBytes(UTF_8);
  }

  @Override
  public byte[] metadata() {
    return "{\"id\":1}".getBytes(UTF_8);
  }

  @Override
  public void progress(double percent, Optional<String> message) {
    calls.add("progress " + percent + " " + message.orElse("-"));
  }

  @Override
  public long lock(Duration ttl) {
    return nextLock++;
  }

  @Override
  public void unlock(long handle) {
    if (handle != nextLock - 1 || calls.contains("unlock " + handle)) {
      throw new CallFailedException(CallError.NOT_FOUND, "no lock " + handle);
    }
    calls.add("unlock " + handle);
  }

  @Override
  public void exit(int code, byte[] result) {
    calls.add("exit " + code + " " + new String(result, UTF_8));
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
