package torpor.bench.stage;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import torpor.daemon.clock.SecureChance;
import torpor.daemon.clock.ThreadAlarms;
import torpor.engine.Engine;
import torpor.engine.EngineParts;
import torpor.engine.lease.Lease;
import torpor.engine.machine.MachineStart;
import torpor.engine.store.JobStore;
import torpor.store.SqlJobStore;
import torpor.store.StoreAddress;
import torpor.store.Stores;

/// A node as the daemon wires it, without its APIs and with machines that do nothing.
public final class EngineNode implements AutoCloseable {
  public static final Stores.Opener OPENER = new Stores.Opener("bench", "bench");
  private static final InstantSource CLOCK = NoopJobs::now;

  private final ExecutorService threads;
  private final ThreadAlarms alarms;
  private final SqlJobStore store;
  private final Engine engine;

  /// @param machines how many may exist at once
  /// @param life what each does
  /// @param begun told when a machine is asked for
  /// @param watching may look at what goes to the store
  public EngineNode(
      StoreAddress address,
      int machines,
      NoopRuntime.Life life,
      Consumer<MachineStart> begun,
      UnaryOperator<JobStore> watching) {
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("engine-", 0).factory());
    this.alarms = new ThreadAlarms(CLOCK, threads);
    this.store = open(address);
    this.engine =
        new Engine(
            new EngineParts(
                watching.apply(store),
                Lease.EXCLUSIVE,
                new NoDirectories(Path.of("nowhere")),
                List.of(new NoopRuntime(life, threads, begun)),
                (_, _, inputs) -> inputs.env(),
                machines,
                CLOCK,
                alarms,
                new SecureChance(),
                threads,
                detail -> {
                  throw new IllegalStateException("fenced: " + detail);
                }));
  }

  public EngineNode(StoreAddress address, int machines, NoopRuntime.Life life) {
    this(address, machines, life, _ -> {}, UnaryOperator.identity());
  }

  public static SqlJobStore open(StoreAddress address) {
    return Stages.granted(Stores.open(address, OPENER, CLOCK));
  }

  public static SqlJobStore open(
      StoreAddress address, UnaryOperator<torpor.store.sql.ConnectionSource> wrapping) {
    return Stages.granted(Stores.open(address, OPENER, CLOCK, wrapping));
  }

  /// Recovers and lets time go on; blocks until calls may come in.
  public EngineNode start() {
    var _ = Stages.await(engine.start());
    return this;
  }

  public SqlJobStore store() {
    return store;
  }

  public Engine engine() {
    return engine;
  }

  @Override
  public void close() {
    engine.close();
    alarms.close();
    store.close();
    threads.shutdownNow();
    threads.close();
  }
}
