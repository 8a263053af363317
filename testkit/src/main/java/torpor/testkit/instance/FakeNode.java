package torpor.testkit.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.engine.caller.Instances;
import torpor.engine.caller.Volumes;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.instance.Capacity;
import torpor.engine.instance.InstanceEngine;
import torpor.engine.network.SlotLedger;
import torpor.testkit.memory.InMemoryInstanceStore;
import torpor.testkit.memory.InMemoryVolumeStore;

/// The engine of hand-driven instances, on the clock of this host, with nothing real under it. The
/// first instance has the ULID `01jd0000000000000000000000`, the next one more.
public final class FakeNode implements AutoCloseable {
  public static final Capacity CAPACITY = new Capacity(64, 64L << 30, 4L << 40);

  public final FakeMachines machines = new FakeMachines();
  public final FakeImages images = new FakeImages();
  public final FakeNetworks networks = new FakeNetworks();
  public final SlotLedger slots = new SlotLedger();
  public final FakeInstanceFiles files = new FakeInstanceFiles();
  public final FakeSessions sessions = new FakeSessions();
  public final InMemoryInstanceStore store = new InMemoryInstanceStore();
  public final InMemoryVolumeStore volumeStore;
  public final FakeVolumeFiles volumeFiles;

  /// The instances whose history has grown, in this order.
  public final Queue<JobId> published = new ConcurrentLinkedQueue<>();

  /// What every health check finds: why what runs inside does not answer, or empty.
  public volatile Optional<String> health = Optional.empty();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final InstanceEngine engine;

  public FakeNode() {
    this(CAPACITY);
  }

  public FakeNode(Capacity capacity) {
    this(capacity, new InMemoryVolumeStore(), new FakeVolumeFiles());
  }

  private FakeNode(
      Capacity capacity, InMemoryVolumeStore volumeStore, FakeVolumeFiles volumeFiles) {
    this.volumeStore = volumeStore;
    this.volumeFiles = volumeFiles;
    InstantSource clock = InstantSource.system();
    engine =
        new InstanceEngine(
            new InstanceEngine.Parts(
                store,
                volumeStore,
                volumeFiles,
                images,
                files,
                networks,
                slots,
                machines,
                capacity,
                (_, _, _, _) -> CompletableFuture.completedFuture(health),
                Optional.empty(),
                _ -> CompletableFuture.completedFuture(null),
                clock,
                alarms(clock),
                new Counted(),
                threads,
                published::add,
                detail -> {
                  throw new IllegalStateException("fenced: " + detail);
                }));
    engine.start().toCompletableFuture().join();
  }

  /// The daemon dies; the next one finds its volumes.
  public FakeNode dies() {
    close();
    return new FakeNode(CAPACITY, volumeStore, volumeFiles);
  }

  public Instances instances() {
    return engine.instances();
  }

  public Volumes volumes() {
    return engine.volumes();
  }

  /// The id of the instance made as the `number`th, from 0.
  public static InstanceId id(int number) {
    return new InstanceId("01jd%022d".formatted(number));
  }

  private Alarms alarms(InstantSource clock) {
    return (when, action) -> {
      long delay = Math.max(0, Duration.between(clock.instant(), when).toNanos());
      try {
        ScheduledFuture<?> pending =
            timer.schedule(() -> threads.execute(action), delay, TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
      } catch (RejectedExecutionException _) {
        return () -> {};
      }
    };
  }

  @Override
  public void close() {
    engine.close();
    timer.shutdownNow();
    threads.shutdownNow();
  }

  private static final class Counted implements Chance {
    private static final double HALF = 0.5;
    private final AtomicInteger next = new AtomicInteger();

    @Override
    public double draw() {
      return HALF;
    }

    @Override
    public JobId newJobId(Instant now) {
      return new JobId(id(next.getAndIncrement()).ulid());
    }

    @Override
    public String newSecret() {
      return "s".repeat(32);
    }
  }
}
