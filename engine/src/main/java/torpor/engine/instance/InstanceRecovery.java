package torpor.engine.instance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.engine.effect.Deadlines;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.StoredInstance;

/// Looks at every instance that was recorded with a machine or an operation, and lets the rules
/// decide. Runs before the APIs open.
final class InstanceRecovery {
  private static final Logger log = LoggerFactory.getLogger(InstanceRecovery.class);

  /// For all machines at once, on a host that has just come up.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final InstanceStore store;
  private final InstanceActors actors;
  private final Machines machines;
  private final Machines.Ends ends;
  private final SnapshotReconciler snapshots;
  private final Deadlines deadlines;
  private volatile boolean silent;

  /// Drops the snapshots of an instance that no commit names.
  @FunctionalInterface
  interface SnapshotReconciler {
    CompletionStage<?> reconcile(Instance instance);
  }

  InstanceRecovery(
      InstanceStore store,
      InstanceActors actors,
      Machines machines,
      Machines.Ends ends,
      SnapshotReconciler snapshots,
      Deadlines deadlines) {
    this.store = store;
    this.actors = actors;
    this.machines = machines;
    this.ends = ends;
    this.snapshots = snapshots;
    this.deadlines = deadlines;
  }

  /// Completes, with the ids of all instances, when each has been looked at.
  CompletionStage<Set<InstanceId>> run() {
    return store
        .all()
        .thenCompose(rows -> {
          actors.loaded(rows);
          List<CompletableFuture<?>> looked = new ArrayList<>();
          for (StoredInstance row : rows) {
            Instance instance = row.instance();
            if (instance.mayHaveMachine() || instance.operation().isPresent()) {
              looked.add(look(instance).toCompletableFuture());
            }
          }
          return CompletableFuture.allOf(looked.toArray(CompletableFuture[]::new))
              .thenApply(_ -> {
                if (!looked.isEmpty()) {
                  log.info("{} instances had a machine or an operation under way", looked.size());
                }
                return rows.stream().map(r -> r.instance().id()).collect(Collectors.toSet());
              });
        });
  }

  private CompletionStage<?> look(Instance instance) {
    InstanceId id = instance.id();
    // An end that is told before the instance knows that it was alive would be lost.
    CompletableFuture<Void> decided = new CompletableFuture<>();
    Machines.Ends held =
        (who, generation, status) -> {
          var _ = decided.thenRun(() -> ends.ended(who, generation, status));
        };
    return snapshots
        .reconcile(instance)
        .thenCompose(
            _ -> inTime("looking for the machine of " + id, machines.adopt(instance, held)))
        .thenCompose(found -> {
          InstanceEvent event =
              found
                  .<InstanceEvent>map(a -> new InstanceEvent.FoundAlive(a.machine(), a.paused()))
                  .orElseGet(() ->
                      new InstanceEvent.FoundGone(
                          "the daemon or the host ended while the instance was "
                              + instance.state().phase().text()));
          log.debug("{} was {}: {}", id, instance.state().phase().text(), event);
          return actors.ask(id, event);
        })
        .handle((_, failure) -> {
          decided.complete(null);
          if (Deadlines.isOverdue(failure)) {
            log.error(
                "{} stays as it was: what runs machines does not say what is left of its machine;"
                    + " start the daemon again once it does",
                id);
            return CompletableFuture.completedFuture(null);
          }
          return failure == null
              ? CompletableFuture.completedFuture(null)
              : CompletableFuture.failedFuture(failure);
        })
        .thenCompose(done -> done);
  }

  /// Ends the machines that are of none of the instances; see [Machines#sweep]. Where machines have
  /// not answered before, nobody waits for them again.
  CompletionStage<Integer> sweep(Set<InstanceId> known) {
    if (silent) {
      return CompletableFuture.completedFuture(0);
    }
    return inTime("ending machines that no instance owns", machines.sweep(known))
        .exceptionallyCompose(failure ->
            Deadlines.isOverdue(failure)
                ? CompletableFuture.completedFuture(0)
                : CompletableFuture.failedFuture(failure));
  }

  /// A sentence where what runs machines did not answer in time.
  Optional<String> trouble() {
    return silent
        ? Optional.of(
            "the machines of instances did not answer within %d minutes of the daemon's start"
                .formatted(PATIENCE.toMinutes()))
        : Optional.empty();
  }

  private <T> CompletionStage<T> inTime(String asked, CompletionStage<T> answer) {
    return deadlines
        .within(PATIENCE, asked, answer)
        .whenComplete((_, failure) -> silent |= Deadlines.isOverdue(failure));
  }
}
