package torpor.runtime.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.runtime.wasm.definition.ConfigCheck;
import torpor.runtime.wasm.definition.WasmConfig;
import torpor.runtime.wasm.guest.CpuSupervisor;
import torpor.runtime.wasm.guest.Guest;
import torpor.runtime.wasm.guest.GuestSetup;
import torpor.runtime.wasm.guest.Instrumentation;
import torpor.runtime.wasm.guest.ModuleLibrary;
import torpor.runtime.wasm.guest.ModuleRefusedException;
import torpor.runtime.wasm.guest.PreparedModule;
import torpor.runtime.wasm.memory.PageBudget;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.snapshot.SnapshotWriter;
import torpor.runtime.wasm.wasi.GuestEnvironment;

/// The runtime `wasm`; see the package for how a machine and the engine talk.
public final class WasmRuntime implements MachineRuntime {
  private static final Duration CPU_TICK = Duration.ofMillis(50);

  private final WasmSettings settings;
  private final Capabilities capabilities;
  private final ModuleLibrary library;
  private final ConfigCheck configs;
  private final CpuSupervisor supervisor = new CpuSupervisor(CPU_TICK);
  private final GuestSetup.Host host;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentMap<JobId, WasmMachine> machines = new ConcurrentHashMap<>();
  private final Births births = new Births(threads);

  public WasmRuntime(WasmSettings settings, Clock clock) {
    this.settings = settings;
    Instrumentation instrumentation =
        Instrumentation.found(settings.searchPath(), settings.temporary());
    this.capabilities = measured(instrumentation);
    this.library =
        new ModuleLibrary(settings.modules(), settings.cache(), instrumentation, settings.engine());
    this.configs = new ConfigCheck(library);
    SecureRandom random = new SecureRandom();
    this.host =
        new GuestSetup.Host(
            new PageBudget(settings.memoryBytes()), supervisor, clock, random::nextBytes);
  }

  @Override
  public RuntimeName name() {
    return RuntimeName.WASM;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  private static Capabilities measured(Instrumentation instrumentation) {
    Optional<Capabilities.Problem> freezing = SelfTest.freezing();
    List<Capabilities.Problem> problems = new ArrayList<>();
    freezing.ifPresent(problems::add);
    SelfTest.compilerFlag().ifPresent(problems::add);
    if (!instrumentation.available()) {
      problems.add(
          new Capabilities.Problem(
              "modules must arrive instrumented: wasm-opt is not installed",
              "Install the Debian package binaryen."));
    }
    boolean works = freezing.isEmpty();
    return new Capabilities(
        works,
        works,
        works,
        works,
        works,
        false,
        "language",
        Optional.of(ModuleLibrary.ENGINE_VERSION),
        problems);
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return CompletableFuture.supplyAsync(() -> configs.check(config), threads);
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return births.begin(
        start.job(),
        start.generation(),
        birth -> {
          create(birth, start, Guest::fresh, MachineFailure.Kind.IMAGE).begin();
          return handle(start);
        });
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    MachineStart start = restore.start();
    return births.begin(
        start.job(),
        start.generation(),
        birth -> {
          create(
                  birth,
                  start,
                  (module, setup, writer) -> restored(restore, module, setup, writer),
                  MachineFailure.Kind.SNAPSHOT)
              .proceed(restore.number(), restore.wake());
          return handle(start);
        });
  }

  private static Guest restored(
      MachineRestore restore, PreparedModule module, GuestSetup setup, SnapshotWriter writer)
      throws IOException, SnapshotException {
    Guest guest = Guest.restored(module, setup, writer, restore.snapshot());
    requireToken(guest, restore);
    return guest;
  }

  private static void requireToken(Guest guest, MachineRestore restore) throws SnapshotException {
    if (!guest.pending().token().equals(restore.token().text())) {
      guest.close();
      throw new SnapshotException(
          SnapshotException.Problem.INCOMPATIBLE,
          "snapshot %s is of token '%s', not '%s'"
              .formatted(restore.number(), guest.pending().token(), restore.token()));
    }
  }

  private static MachineHandle handle(MachineStart start) {
    return new MachineHandle("wasm:" + start.job() + ":" + start.generation());
  }

  @FunctionalInterface
  private interface Maker {
    Guest make(PreparedModule module, GuestSetup setup, SnapshotWriter writer)
        throws IOException, SnapshotException;
  }

  private WasmMachine create(
      Births.Birth birth, MachineStart start, Maker maker, MachineFailure.Kind kind) {
    ConsoleSink console = null;
    try {
      WasmConfig config = WasmConfig.read(start.config());
      PreparedModule module = library.prepare(config.module());
      birth.demandWanted();
      Files.createDirectories(start.directory());
      console = new ConsoleSink(start.console());
      birth.demandWanted();
      GuestSetup setup = setup(start, config, console);
      Guest guest = maker.make(module, setup, Guest.writer(module, setup));
      WasmMachine machine =
          new WasmMachine(
              start,
              guest,
              console,
              threads,
              host.clock()::instant,
              () -> machines.computeIfPresent(start.job(), (job, m) -> gone(m, start)));
      machines.put(start.job(), machine);
      endUnwanted(birth, machine);
      return machine;
    } catch (ModuleRefusedException | SnapshotException | IOException | RuntimeException e) {
      if (console != null) {
        console.close();
      }
      throw Failures.notMade(start.job(), e, kind);
    }
  }

  /// A kill that has looked for the machine before it was there has marked its birth before that.
  private static void endUnwanted(Births.Birth birth, WasmMachine machine) {
    try {
      birth.demandWanted();
    } catch (MachineFailure killed) {
      var _ = machine.end();
      throw killed;
    }
  }

  private static @Nullable WasmMachine gone(WasmMachine machine, MachineStart start) {
    return machine.generation().equals(start.generation()) ? null : machine;
  }

  private GuestSetup setup(MachineStart start, WasmConfig config, ConsoleSink console) {
    List<String> arguments = new ArrayList<>(List.of(config.program().orElse("main.wasm")));
    arguments.addAll(config.args());
    Map<String, String> environment = new HashMap<>(config.env());
    environment.putAll(start.env());
    return new GuestSetup(
        start.job().toString(),
        start.directory(),
        config.guestLimits(),
        new GuestEnvironment(arguments, environment),
        config.mounts().stream()
            .map(mount -> new GuestSetup.HostMount(Path.of(mount.source()), mount.target()))
            .toList(),
        settings.durableFrom(),
        host,
        console,
        new EngineServices(start.guest(), start.job(), start.generation()));
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return machine(target.job(), target.generation())
        .map(machine -> machine.snapshot(target))
        .orElseGet(() -> CompletableFuture.failedFuture(Failures.noMachine(target.job())));
  }

  /// Guests go on by the answer to their call.
  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return end(job, generation);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return end(job, generation);
  }

  private CompletionStage<Void> end(JobId job, Generation generation) {
    return births.giveUp(job, generation).thenCompose(_ -> endMade(job, generation));
  }

  private CompletionStage<Void> endMade(JobId job, Generation generation) {
    return machine(job, generation)
        .map(WasmMachine::end)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private Optional<WasmMachine> machine(JobId job, Generation generation) {
    return Optional.ofNullable(machines.get(job))
        .filter(machine -> machine.generation().equals(generation));
  }

  /// Machines live in the daemon: what an earlier one ran is gone, and left nothing but files that
  /// the next start or restore clears.
  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return births
        .giveUpAllBut(known::contains)
        .thenCompose(_ -> {
          List<WasmMachine> strays =
              machines.entrySet().stream()
                  .filter(entry -> !known.contains(entry.getKey()))
                  .map(Map.Entry::getValue)
                  .toList();
          return CompletableFuture.allOf(
                  strays.stream().map(WasmMachine::end).toArray(CompletableFuture[]::new))
              .thenApply(_ -> strays.size());
        });
  }

  @Override
  public void close() {
    CompletableFuture<?>[] ended =
        machines.values().stream().map(WasmMachine::end).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(ended)
        .orTimeout(10, TimeUnit.SECONDS)
        .exceptionally(tooSlow -> null)
        .join();
    supervisor.close();
    threads.shutdown();
  }
}
