package torpor.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.api.ApiPorts;
import torpor.api.ApiServer;
import torpor.api.ApiSettings;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.daemon.clock.SecureChance;
import torpor.daemon.clock.ThreadAlarms;
import torpor.daemon.command.Service;
import torpor.daemon.config.Settings;
import torpor.daemon.config.StoreSetting;
import torpor.daemon.guest.DerivedSecrets;
import torpor.daemon.guest.SecretKeyFile;
import torpor.daemon.guest.WorkerEnvironment;
import torpor.daemon.machine.HostMachines;
import torpor.daemon.machine.WakeOnTraffic;
import torpor.engine.Engine;
import torpor.engine.EngineParts;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.supervision.Restarts;
import torpor.engine.supervision.Supervisor;
import torpor.runtime.process.ProcessRuntime;
import torpor.runtime.process.tree.DataDirectoryMark;
import torpor.runtime.wasm.WasmRuntime;
import torpor.runtime.wasm.WasmSettings;
import torpor.runtime.wasm.guest.ModuleLibrary;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.Stores;
import torpor.store.disk.DataDirectory;
import torpor.store.disk.DiskInstanceDirectories;
import torpor.store.write.NodeLease;

/// The daemon, wired by hand.
public final class Daemon implements Service {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);
  private static final Duration PRUNE = Duration.ofHours(1);
  private static final Duration HISTORY_KEPT = Duration.ofDays(30);
  private static final int PRUNE_LIMIT = 5_000;
  private static final int DISK_THREADS = 8;
  private static final Duration RECOVERY_WITHIN = Duration.ofMinutes(30);

  private final Deque<Opened> opened = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final String address;

  /// Something to close, and what to call it when that fails.
  private record Opened(String name, AutoCloseable part) {}

  /// Starts a daemon; requests are answered when it returns.
  ///
  /// @throws CommandFailure where it refuses to start; nothing is left open then
  public static Daemon start(Settings settings) {
    return start(settings, UnaryOperator.identity());
  }

  /// The same.
  ///
  /// @param between what the engine is to have instead of its ports: the same ports, as a rule
  public static Daemon start(Settings settings, UnaryOperator<EngineParts> between) {
    return new Daemon(settings, between);
  }

  private Daemon(Settings settings, UnaryOperator<EngineParts> between) {
    try {
      this.address = open(settings, between);
    } catch (RuntimeException e) {
      close();
      throw FailedStart.explained(e);
    }
  }

  private String open(Settings settings, UnaryOperator<EngineParts> between) {
    DataDirectory data = keep("data directory", granted(DataDirectory.open(settings.data())));

    // The store keeps microseconds; so does everything in memory, or the two would differ.
    InstantSource clock = () -> InstantSource.system().instant().truncatedTo(ChronoUnit.MICROS);
    ExecutorService threads =
        keep(
            "threads",
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("engine-", 0).factory()));
    ThreadAlarms alarms = keep("alarms", new ThreadAlarms(clock, threads));
    SqlJobStore store =
        keep(
            "store",
            granted(Stores.open(storeAddress(settings, data), opener(settings, data), clock)));
    DiskInstanceDirectories directories =
        keep("instance directories", new DiskInstanceDirectories(data.instances(), DISK_THREADS));
    DerivedSecrets secrets =
        new DerivedSecrets(SecretKeyFile.readOrCreate(data.root().resolve("secret.key")));
    InetSocketAddress listen = listenAddress(settings);
    CompletableFuture<Engine> opening = new CompletableFuture<>();
    HostMachines machines =
        keep(
            "machines",
            granted(
                HostMachines.open(settings, data, data.guestSocket(), new WakeOnTraffic(opening))));

    Supervisor supervisor = new Supervisor(clock, alarms, threads);
    EngineParts parts =
        new EngineParts(
            store,
            lease(settings, store),
            directories,
            runtimes(settings, data, machines),
            new WorkerEnvironment(secrets, authority(listen)),
            settings.limits().maxMachines(),
            clock,
            alarms,
            new SecureChance(),
            threads,
            this::fenced);
    Engine engine =
        new Engine(
            between.apply(
                machines.byHand(store, directories, threads).map(parts::with).orElse(parts)));
    opening.complete(engine);
    keep("engine", engine);
    keep("background work", supervisor::stop);

    // Recovery comes first: nobody may ask about a job before it is known what is left of it.
    int recovered = recover(engine);
    if (recovered > 0) {
      log.info("{} jobs were in flight when the last daemon ended", recovered);
    }
    supervise(supervisor, store, clock);

    ApiServer api =
        keep(
            "API",
            new ApiServer(
                new ApiPorts(
                    engine.jobs(),
                    engine.definitions(),
                    engine.guests(),
                    secrets::verify,
                    new StoredKeys(store),
                    directories::console,
                    new Readiness(store, engine::troubles, closed::get),
                    machines.api(engine, directories)),
                apiSettings(settings, data, listen),
                Clock.tickMillis(ZoneOffset.UTC)));
    listen(api, listen);
    return "http://%s:%d and unix://%s"
        .formatted(listen.getHostString(), listen.getPort(), settings.socket());
  }

  private <T extends AutoCloseable> T keep(String name, T part) {
    opened.push(new Opened(name, part));
    return part;
  }

  private static <T> T granted(Reply<T> reply) {
    return switch (reply) {
      case Reply.Done<T>(T value) -> value;
      case Reply.Refused<T>(Refusal why) ->
          throw new CommandFailure(
              ExitCode.UNAVAILABLE,
              "the daemon does not start",
              why.detail(),
              why.remedy(),
              why.code().text());
    };
  }

  private static Stores.Opener opener(Settings settings, DataDirectory data) {
    return new Stores.Opener(settings.node(), data.id());
  }

  private static StoreAddress storeAddress(Settings settings, DataDirectory data) {
    return switch (settings.store()) {
      case StoreSetting.Sqlite _ -> new StoreAddress.Sqlite(data.database());
      case StoreSetting.Postgresql(var url) ->
          granted(StoreAddress.parse(url.toString(), data.root()));
    };
  }

  /// Port 0 is settled before anything starts, since programs are told the address at their start.
  private static InetSocketAddress listenAddress(Settings settings) {
    String host = settings.listen().host();
    int port = settings.listen().port();
    if (port != 0) {
      return new InetSocketAddress(host, port);
    }
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return new InetSocketAddress(host, probe.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find a free port on " + host, e);
    }
  }

  private static String authority(InetSocketAddress listen) {
    String host = listen.getHostString();
    boolean wildcard = listen.getAddress() != null && listen.getAddress().isAnyLocalAddress();
    String reachable = wildcard ? "127.0.0.1" : host;
    return (reachable.indexOf(':') >= 0 ? "[" + reachable + "]" : reachable)
        + ":"
        + listen.getPort();
  }

  private static List<MachineRuntime> runtimes(
      Settings settings, DataDirectory data, HostMachines machines) {
    List<MachineRuntime> runtimes = new ArrayList<>();
    if (settings.runtimes().contains("wasm")) {
      Settings.Wasm wasm = settings.wasm();
      runtimes.add(
          new WasmRuntime(
              new WasmSettings(
                  data.images().resolve("wasm"),
                  wasm.cache(),
                  data.temporary(),
                  wasm.memoryBytes(),
                  wasm.durableSleep(),
                  Optional.ofNullable(System.getenv("PATH")).orElse(""),
                  ModuleLibrary.Engine.COMPILER),
              Clock.systemUTC()));
    }
    if (settings.runtimes().contains("process")) {
      runtimes.add(ProcessRuntime.open(new DataDirectoryMark(data.id()), data.temporary()));
    }
    if (settings.runtimes().contains("qemu")) {
      runtimes.add(machines.runtime());
    }
    return runtimes;
  }

  private static ApiSettings apiSettings(
      Settings settings, DataDirectory data, InetSocketAddress listen) {
    ApiSettings.Limits limits =
        ApiSettings.Limits.DEFAULT.withBodyBytes((int) settings.limits().maxBodyBytes());
    return new ApiSettings(
        listen, Optional.of(settings.socket()), guestSocket(settings, data), false, limits);
  }

  /// Only where there can be machines.
  private static Optional<Path> guestSocket(Settings settings, DataDirectory data) {
    return settings.runtimes().contains("qemu")
        ? Optional.of(data.guestSocket())
        : Optional.empty();
  }

  private static int recover(Engine engine) {
    try {
      return engine
          .start()
          .toCompletableFuture()
          .get(RECOVERY_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unrecovered(e);
    } catch (ExecutionException | TimeoutException e) {
      throw unrecovered(e);
    }
  }

  private static CommandFailure unrecovered(Exception e) {
    return new CommandFailure(
            ExitCode.UNAVAILABLE,
            "the daemon does not start",
            "what the last daemon left could not be brought to order: " + e,
            "See the lines above; once the cause is gone, start it again. Nothing is lost.")
        .causedBy(e);
  }

  private static StoreLease lease(Settings settings, SqlJobStore store) {
    return switch (settings.store()) {
      case StoreSetting.Sqlite _ -> new StoreLease(store, Optional.empty());
      case StoreSetting.Postgresql _ -> new StoreLease(store, Optional.of(NodeLease.LENGTH));
    };
  }

  private static void supervise(Supervisor supervisor, SqlJobStore store, InstantSource clock) {
    supervisor.keep(
        "pruning of old history", PRUNE, Restarts.PATIENT, () -> prune(store, clock), (_, _) -> {});
  }

  private static CompletionStage<?> prune(SqlJobStore store, InstantSource clock) {
    return store
        .prune(clock.instant().minus(HISTORY_KEPT), PRUNE_LIMIT)
        .thenCompose(deleted ->
            deleted < PRUNE_LIMIT ? CompletableFuture.completedFuture(null) : prune(store, clock));
  }

  private static void listen(ApiServer api, InetSocketAddress listen) {
    try {
      api.start();
    } catch (RuntimeException e) {
      throw new CommandFailure(
              ExitCode.UNAVAILABLE,
              "the daemon does not start",
              "it cannot listen on %s:%d: %s"
                  .formatted(listen.getHostString(), listen.getPort(), rootOf(e).getMessage()),
              "Stop what listens there, or choose another address with --listen.")
          .causedBy(e);
    }
  }

  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }

  /// Another daemon owns the node: end at once, without touching anything that is now its.
  private void fenced(String detail) {
    if (!closed.get()) {
      log.error("ending, since another daemon owns this node now: {}", detail);
      Runtime.getRuntime().halt(ExitCode.UNAVAILABLE);
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void awaitStop() throws InterruptedException {
    try {
      stopped.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails this future", e);
    }
  }

  /// Closes what was opened, the last first. Does it once.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    while (!opened.isEmpty()) {
      Opened next = opened.pop();
      try {
        next.part().close();
      } catch (Exception e) {
        log.warn("closing the {} failed", next.name(), e);
      }
    }
    stopped.complete(null);
  }
}
