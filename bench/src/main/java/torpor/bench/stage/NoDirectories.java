package torpor.bench.stage;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.InstanceDirectories;

/// Directories of machines that keep nothing on disk: every operation succeeds and does nothing.
public final class NoDirectories implements InstanceDirectories {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final Path root;

  /// @param root only named, never touched
  public NoDirectories(Path root) {
    this.root = root;
  }

  @Override
  public Path of(JobId job) {
    return root.resolve(job.ulid());
  }

  @Override
  public Path console(JobId job) {
    return of(job).resolve("console.log");
  }

  @Override
  public Path snapshot(JobId job, SnapshotNumber number) {
    return of(job).resolve(number.toString());
  }

  @Override
  public CompletionStage<Path> create(JobId job) {
    return CompletableFuture.completedFuture(of(job));
  }

  @Override
  public CompletionStage<Path> stage(JobId job, SnapshotNumber number) {
    return CompletableFuture.completedFuture(snapshot(job, number));
  }

  @Override
  public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
    return CompletableFuture.completedFuture(snapshot(job, number));
  }

  @Override
  public CompletionStage<Path> link(
      JobId from, SnapshotNumber number, JobId to, SnapshotNumber as) {
    return CompletableFuture.completedFuture(snapshot(to, as));
  }

  @Override
  public CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> reconcile(
      JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
    return DONE;
  }

  @Override
  public CompletionStage<Void> remove(JobId job) {
    return DONE;
  }

  @Override
  public CompletionStage<Set<JobId>> all() {
    return CompletableFuture.completedFuture(Set.of());
  }

  @Override
  public CompletionStage<Void> note(JobId job, String line) {
    return DONE;
  }
}
