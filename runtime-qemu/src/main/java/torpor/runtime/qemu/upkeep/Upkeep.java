package torpor.runtime.qemu.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.qemu.snapshot.SnapshotUses;

/// Decides when something is done to an instance's snapshots, and does it on a thread of its own.
/// Thread-safe; the methods return at once.
public final class Upkeep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private static final Duration BREAK = Duration.ofSeconds(10);

  private final UpkeepSettings settings;
  private final Compaction compaction;
  private final InstantSource clock;
  private final ScheduledExecutorService thread;
  private final Set<Path> due = ConcurrentHashMap.newKeySet();
  private final Map<Path, Future<?>> cooling = new ConcurrentHashMap<>();

  /// @param thread one, its own; ended when this is closed
  public Upkeep(
      UpkeepSettings settings,
      SnapshotUses uses,
      InstantSource clock,
      ScheduledExecutorService thread) {
    this.thread = thread;
    this.settings = settings;
    this.compaction = new Compaction(uses, thread::isShutdown);
    this.clock = clock;
  }

  /// Looks at all instances' snapshots, for what an earlier daemon did not come to.
  public void begin() {
    if (settings.instances().isPresent()) {
      Path root = settings.instances().get();
      var _ = run(() -> lookAtAll(root), Duration.ZERO);
    }
  }

  private void lookAtAll(Path root) {
    try (Stream<Path> instances = Files.list(root)) {
      for (Path instance : instances.toList()) {
        Path snapshots = instance.resolve("snapshots");
        if (Files.isDirectory(snapshots)) {
          look(snapshots);
        }
      }
    } catch (NoSuchFileException none) {
      log.debug("there are no instances yet");
    } catch (IOException failed) {
      log.warn("the instances' snapshots cannot be looked at", failed);
    }
  }

  /// A snapshot was taken, or will be published any moment.
  ///
  /// @param snapshots the directory of this instance's snapshots
  public void taken(Path snapshots) {
    if (due.add(snapshots)) {
      var _ =
          run(
              () -> {
                due.remove(snapshots);
                attempt(snapshots, () -> compaction.shorten(snapshots));
              },
              Duration.ZERO);
    }
    lookAfter(snapshots, settings.coldAfter());
  }

  @FunctionalInterface
  private interface Work {
    void work() throws IOException;
  }

  private void attempt(Path snapshots, Work work) {
    try {
      work.work();
    } catch (CancellationException wanted) {
      log.debug("{} are wanted; what was being made of them is dropped", snapshots);
      lookAfter(snapshots, settings.coldAfter().plus(BREAK));
    } catch (NoSuchFileException gone) {
      log.debug("snapshots went away while they were looked at: {}", gone.getMessage());
      if (Files.isDirectory(snapshots)) {
        lookAfter(snapshots, settings.coldAfter().plus(BREAK));
      }
    } catch (IOException | UncheckedIOException failed) {
      log.warn("the snapshots in {} stay as they are", snapshots, failed);
    } catch (RuntimeException fault) {
      log.error("the upkeep of {} failed", snapshots, fault);
    }
  }

  /// Does all that is due for one instance.
  private void look(Path snapshots) {
    attempt(
        snapshots,
        () -> {
          compaction.clear(snapshots);
          compaction.shorten(snapshots);
          if (settings.compression() != UpkeepSettings.Compression.NONE) {
            compaction
                .pack(
                    snapshots, settings.compression(), clock.instant().minus(settings.coldAfter()))
                .ifPresent(wait -> lookAfter(snapshots, wait));
          }
        });
  }

  /// Unless that will be done earlier.
  private void lookAfter(Path snapshots, Duration wait) {
    cooling.computeIfAbsent(
        snapshots,
        _ ->
            run(
                () -> {
                  cooling.remove(snapshots);
                  look(snapshots);
                },
                wait));
  }

  private Future<?> run(Runnable work, Duration after) {
    try {
      return thread.schedule(work, after.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(false);
    }
  }

  /// What is under way stops at its next piece.
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
