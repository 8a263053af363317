package torpor.testkit.sim;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;

/// P8, at the end of a run: whatever exists belongs to a row, and what a row names exists.
final class Audit {
  private final SimWorld world;
  private final Ledger ledger;

  Audit(SimWorld world) {
    this.world = world;
    this.ledger = world.ledger();
  }

  private Optional<Job> job(JobId id) {
    return world.durable().load(id).toCompletableFuture().join().map(StoredJob::job);
  }

  /// Every job has ended by now, so no machine may be left, restart or not.
  void machines() {
    for (GuestMachine machine : world.host().live()) {
      ledger.broken(
          Promise.P8_NOTHING_LEAKS,
          "a machine of generation %s of %s is left, whose job is %s"
              .formatted(
                  machine.generation(),
                  machine.job(),
                  job(machine.job()).map(j -> j.state().phase().text()).orElse("no more")));
    }
  }

  void everything() {
    ledger.check(world.open().isPresent(), Promise.P5_EVERY_SLEEP_ENDS, "no daemon came up");
    machines();
    world
        .disk()
        .all()
        .forEach((id, directory) -> {
          ledger.check(
              job(id).isPresent(), Promise.P8_NOTHING_LEAKS, "the directory of %s is left", id);
          ledger.check(
              directory.staged.isEmpty(),
              Promise.P8_NOTHING_LEAKS,
              "staged snapshots %s of %s are left",
              directory.staged.keySet(),
              id);
        });
    for (Job job : world.jobs()) {
      snapshots(job.id());
    }
  }

  private void snapshots(JobId id) {
    List<SnapshotRecord> records = world.durable().snapshots(id).toCompletableFuture().join();
    Set<Integer> recorded = new TreeSet<>();
    records.forEach(record -> recorded.add(record.ref().number().number()));
    Set<Integer> present =
        new TreeSet<>(
            world.disk().existing(id).map(d -> d.published.keySet()).orElseGet(TreeSet::new));
    ledger.check(
        present.equals(recorded),
        Promise.P8_NOTHING_LEAKS,
        "%s has snapshots %s on disk and %s on record",
        id,
        present,
        recorded);
  }
}
