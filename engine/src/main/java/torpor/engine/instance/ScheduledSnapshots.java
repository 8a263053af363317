package torpor.engine.instance;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.schedule.Retention;
import torpor.core.instance.schedule.SnapshotSchedule;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.store.InstanceStore;
import torpor.engine.store.SnapshotRecord;

/// Deletes what schedules have taken and do not keep: after each run, and when a plan changes. What
/// something depends on is not deleted, and comes up again after the next run.
final class ScheduledSnapshots {
  private static final Logger log = LoggerFactory.getLogger(ScheduledSnapshots.class);

  private final InstanceStore store;
  private final BiFunction<InstanceId, InstanceEvent.FromCaller, CompletionStage<Reply<Instance>>>
      ask;
  private final InstantSource clock;

  ScheduledSnapshots(
      InstanceStore store,
      BiFunction<InstanceId, InstanceEvent.FromCaller, CompletionStage<Reply<Instance>>> ask,
      InstantSource clock) {
    this.store = store;
    this.ask = ask;
    this.clock = clock;
  }

  void changed(Instance before, Instance now) {
    if (now.operation().isEmpty() && !now.schedule().equals(before.schedule())) {
      now.schedule().ifPresent(schedule -> expire(now, schedule));
    }
  }

  private void expire(Instance instance, SnapshotSchedule schedule) {
    InstanceId id = instance.id();
    store
        .snapshots(id)
        .thenAccept(known ->
            schedule
                .plan()
                .retention()
                .expired(own(known), instance.newest().map(SnapshotRef::number), clock.instant())
                .forEach(number -> drop(id, number)))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.warn("{} keeps what its schedule took: {}", id, failure.toString());
          }
        });
  }

  private static List<Retention.Own> own(List<SnapshotRecord> known) {
    return known.stream()
        .filter(SnapshotRecord::scheduled)
        .map(SnapshotRecord::ref)
        .map(ref -> new Retention.Own(ref.number(), ref.takenAt()))
        .toList();
  }

  private void drop(InstanceId id, SnapshotNumber number) {
    var _ =
        ask.apply(id, new InstanceEvent.DropSnapshotAsked(number, Optional.empty()))
            .thenAccept(reply -> {
              if (reply instanceof Reply.Refused<Instance>(Refusal why)) {
                log.debug("{} keeps snapshot {} for now: {}", id, number, why.detail());
              }
            });
  }
}
