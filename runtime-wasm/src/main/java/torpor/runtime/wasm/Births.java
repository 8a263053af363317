package torpor.runtime.wasm;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;

/// The machines that are being made, off their callers' threads; those of one job one after the
/// other, since they share the job's directory.
///
/// What is given up comes to nothing, however late it gets there. So nobody has to wait until a
/// birth that hangs, in a file system say, is over.
final class Births {
  /// How long a kill waits for a birth to notice that it is not wanted any more.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// One machine in the making.
  static final class Birth {
    private final JobId job;
    private final Generation generation;
    private final CompletableFuture<MachineHandle> made = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile boolean unwanted;

    private Birth(JobId job, Generation generation) {
      this.job = job;
      this.generation = generation;
    }

    /// To be asked before anything is touched or run that outlasts the birth.
    void demandWanted() {
      if (unwanted) {
        throw Failures.killed(job);
      }
    }
  }

  private final ExecutorService threads;

  /// Oldest first; the first of each job is the one that is worked on.
  private final ConcurrentMap<JobId, Collection<Birth>> underWay = new ConcurrentHashMap<>();

  Births(ExecutorService threads) {
    this.threads = threads;
  }

  CompletionStage<MachineHandle> begin(
      JobId job, Generation generation, Function<Birth, MachineHandle> maker) {
    Birth birth = new Birth(job, generation);
    CompletableFuture<?>[] before = new CompletableFuture<?>[] {birth.made};
    underWay.compute(
        job,
        (_, known) -> {
          Collection<Birth> line = known == null ? new ConcurrentLinkedDeque<>() : known;
          before[0] =
              CompletableFuture.allOf(
                  line.stream().map(b -> b.over).toArray(CompletableFuture[]::new));
          line.add(birth);
          return line;
        });
    var _ = before[0].thenRunAsync(() -> run(birth, maker), threads);
    return birth.made.copy();
  }

  private void run(Birth birth, Function<Birth, MachineHandle> maker) {
    try {
      birth.demandWanted();
      birth.made.complete(maker.apply(birth));
    } catch (RuntimeException | Error e) {
      birth.made.completeExceptionally(e);
    } finally {
      underWay.computeIfPresent(
          birth.job,
          (_, line) -> {
            line.remove(birth);
            return line.isEmpty() ? null : line;
          });
      birth.over.complete(null);
    }
  }

  /// Completes once nothing of this generation or an earlier one that is being made can become a
  /// machine any more.
  CompletionStage<Integer> giveUp(JobId job, Generation upTo) {
    return giveUp(birth -> birth.job.equals(job) && birth.generation.compareTo(upTo) <= 0);
  }

  /// As [#giveUp], for whatever `concerned` says. Completes with how many there were.
  CompletionStage<Integer> giveUpAllBut(Predicate<JobId> spared) {
    return giveUp(birth -> !spared.test(birth.job));
  }

  private CompletionStage<Integer> giveUp(Predicate<Birth> concerned) {
    List<Birth> births =
        underWay.values().stream().flatMap(Collection::stream).filter(concerned).toList();
    births.forEach(birth -> birth.unwanted = true);
    return CompletableFuture.allOf(
            births.stream().map(birth -> birth.over).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(_ -> {
          births.forEach(birth -> birth.made.completeExceptionally(Failures.killed(birth.job)));
          return births.size();
        });
  }
}
