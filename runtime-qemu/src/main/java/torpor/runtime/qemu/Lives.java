package torpor.runtime.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.machine.ExitStatus;
import torpor.engine.serial.Serial;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.machine.Machine;

/// The machines that run, by their id. Each one's end is told once: whoever takes it out of the map
/// first, its end or [#take], decides whether its listener hears of it.
final class Lives {
  private static final Logger log = LoggerFactory.getLogger(Lives.class);
  private static final Duration DISK_AGAIN = Duration.ofSeconds(2);
  private final Map<String, Life> lives = new ConcurrentHashMap<>();
  private final Executor threads;

  Lives(Executor threads) {
    this.threads = threads;
  }

  /// Puts it in; nothing is told before [Life#listen].
  Life add(Machine machine, Consumer<ExitStatus> listener) {
    Life life = new Life(machine, listener);
    lives.put(machine.place().name().machine(), life);
    return life;
  }

  Optional<Life> find(String machine) {
    return Optional.ofNullable(lives.get(machine));
  }

  /// Takes a machine out, if its generation is that or older; from now on nothing is told of it.
  Optional<Life> take(String machine, int generation) {
    Life life = lives.get(machine);
    return life != null
            && life.machine.place().name().generation() <= generation
            && lives.remove(machine, life)
        ? Optional.of(life)
        : Optional.empty();
  }

  /// Takes out all but these.
  List<Life> takeAllBut(Set<String> known) {
    return lives.entrySet().stream()
        .filter(entry -> !known.contains(entry.getKey()))
        .filter(entry -> lives.remove(entry.getKey(), entry.getValue()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /// One machine and the turn of whoever works on it.
  final class Life {
    private final Machine machine;
    private final Consumer<ExitStatus> listener;
    private final Serial turn = new Serial(threads);
    private final AtomicBoolean ending = new AtomicBoolean();

    /// Whether it has been said; of its turn.
    private boolean stalled;

    private Life(Machine machine, Consumer<ExitStatus> listener) {
      this.machine = machine;
      this.listener = listener;
    }

    Machine machine() {
      return machine;
    }

    Serial turn() {
      return turn;
    }

    /// From now on its end is told.
    void listen() {
      var _ = machine.workloadEnd().thenAccept(report -> turn.execute(() -> workloadEnded(report)));
      var _ = machine.vmm().exited().thenRun(() -> turn.execute(this::processEnded));
      watchDisk();
    }

    private void watchDisk() {
      Executor later =
          CompletableFuture.delayedExecutor(DISK_AGAIN.toMillis(), TimeUnit.MILLISECONDS, threads);
      var _ = machine.stalled().thenRunAsync(() -> turn.execute(this::tryDiskAgain), later);
    }

    private void tryDiskAgain() {
      if (lives.get(name()) != this || ending.get()) {
        return;
      }
      if (!stalled) {
        stalled = true;
        log.warn("{} stands still until there is room on the disk for what it writes", name());
      }
      watchDisk();
      try {
        machine.tryDiskAgain();
      } catch (IOException failed) {
        log.warn("{} cannot be let go on", name(), failed);
      }
    }

    private void workloadEnded(Records report) {
      if (lives.get(name()) != this || !ending.compareAndSet(false, true)) {
        return;
      }
      ExitStatus status;
      try {
        status = machine.powerOff(report);
      } catch (IOException failed) {
        log.warn("{} has ended and its process cannot be", name(), failed);
        status = new ExitStatus.Lost("its end could not be recorded");
      }
      tell(status);
    }

    private void processEnded() {
      if (lives.get(name()) == this && ending.compareAndSet(false, true)) {
        tell(machine.lost());
      }
    }

    private String name() {
      return machine.place().name().machine();
    }

    private void tell(ExitStatus status) {
      if (!lives.remove(name(), this)) {
        return;
      }
      machine.clear();
      try {
        listener.accept(status);
      } catch (RuntimeException fault) {
        log.error("a listener failed", fault);
      }
    }
  }
}
