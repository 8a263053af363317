package torpor.runtime.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.engine.machine.MachineListener;
import torpor.runtime.process.keeper.ExitCodes;
import torpor.runtime.process.keeper.ExitFile;
import torpor.runtime.process.tree.ProcessTrees;

/// The machines whose end is to be told. Each is told once: whoever takes it out of the map first,
/// its end or [#forget], decides whether its listener hears of it.
final class Machines {
  private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

  record Life(JobId job, Generation generation) {}

  private final Map<Life, Machine> machines = new ConcurrentHashMap<>();
  private final ProcessTrees trees;
  private final Executor threads;

  Machines(ProcessTrees trees, Executor threads) {
    this.trees = trees;
    this.threads = threads;
  }

  Machine add(Life life, ExitFile exit, MachineListener listener) {
    Machine machine = new Machine(life, exit, listener);
    machines.put(life, machine);
    return machine;
  }

  /// From now on nothing is told of this one.
  void forget(Life life) {
    machines.remove(life);
  }

  void forgetAllBut(Set<JobId> known) {
    machines.keySet().removeIf(life -> !known.contains(life.job()));
  }

  final class Machine {
    private final Life life;
    private final ExitFile exit;
    private final MachineListener listener;

    private Machine(Life life, ExitFile exit, MachineListener listener) {
      this.life = life;
      this.exit = exit;
      this.listener = listener;
    }

    /// @param keeper completes when the keeper has ended, with its exit code where it was our child
    void endsWith(CompletableFuture<OptionalInt> keeper) {
      var _ = keeper.thenAcceptAsync(this::ended, threads);
    }

    private void ended(OptionalInt keeperCode) {
      if (machines.get(life) != this) {
        return;
      }
      ExitStatus status = status(keeperCode);
      endRest();
      if (machines.remove(life, this)) {
        tell(status);
      }
    }

    private void tell(ExitStatus status) {
      try {
        listener.ended(status);
      } catch (RuntimeException failed) {
        LOG.error("{}: its end, {}, was told in vain", life.job(), status, failed);
      }
    }

    private ExitStatus status(OptionalInt keeperCode) {
      Optional<ExitStatus> written = Optional.empty();
      try {
        written = exit.read();
      } catch (IOException unreadable) {
        LOG.warn("{}: the exit file cannot be read", life.job(), unreadable);
      }
      if (written.isPresent()) {
        return written.get();
      }
      return keeperCode.isPresent()
          ? ExitCodes.status(keeperCode.getAsInt(), false)
          : new ExitStatus.Lost(
              "the shell that kept the program was ended from outside, so nobody saw how it ended");
    }

    /// What outlives its program is not left behind.
    private void endRest() {
      try {
        trees.end(
            mark -> mark.job().equals(life.job()) && mark.generation().equals(life.generation()),
            Duration.ZERO);
      } catch (IOException failed) {
        LOG.warn("{}: some processes outlive their program", life.job(), failed);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
