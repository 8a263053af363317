package torpor.engine.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.StoredInstance;

/// Looks at every instance that was recorded with a machine or an operation, and lets the rules
/// decide. Runs before the APIs open.
final class InstanceRecovery {
  private static final Logger log = LoggerFactory.getLogger(InstanceRecovery.class);

  private final InstanceStore store;
  private final InstanceActors actors;
  private final Machines machines;
  private final Machines.Ends ends;
  private final SnapshotReconciler snapshots;

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
      SnapshotReconciler snapshots) {
    this.store = store;
    this.actors = actors;
    this.machines = machines;
    this.ends = ends;
    this.snapshots = snapshots;
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
        .thenCompose(_ -> machines.adopt(instance, held))
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
        .whenComplete((_, _) -> decided.complete(null));
  }
}
