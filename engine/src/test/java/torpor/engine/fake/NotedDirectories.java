package torpor.engine.fake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.InstanceDirectories;

/// Directories on no disk: everything succeeds at once and what matters is noted.
public class NotedDirectories implements InstanceDirectories {
  public final List<String> noted = new ArrayList<>();

  /// What was written into consoles.
  public final List<String> lines = new ArrayList<>();

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private CompletionStage<Void> note(String what) {
    noted.add(what);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Path of(JobId job) {
    return Path.of("instances", job.ulid());
  }

  @Override
  public Path console(JobId job) {
    return of(job).resolve("console.log");
  }

  @Override
  public Path snapshot(JobId job, SnapshotNumber number) {
    return of(job).resolve("snapshots").resolve(number.toString());
  }

  @Override
  public CompletionStage<Path> create(JobId job) {
    return done(of(job));
  }

  @Override
  public CompletionStage<Path> stage(JobId job, SnapshotNumber number) {
    return note("stage " + number).thenApply(_ -> snapshot(job, number));
  }

  @Override
  public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
    return note("publish " + number).thenApply(_ -> snapshot(job, number));
  }

  @Override
  public CompletionStage<Path> link(
      JobId from, SnapshotNumber number, JobId to, SnapshotNumber as) {
    return note("link " + number + " as " + as).thenApply(_ -> snapshot(to, as));
  }

  @Override
  public CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number) {
    return note("drop staged " + number);
  }

  @Override
  public CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number) {
    return note("drop " + number);
  }

  @Override
  public CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below) {
    return note("drop below " + below);
  }

  @Override
  public CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last) {
    return note("drop after " + last);
  }

  @Override
  public CompletionStage<Void> reconcile(
      JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
    return note("reconcile up to " + last);
  }

  @Override
  public CompletionStage<Void> remove(JobId job) {
    return note("remove");
  }

  @Override
  public CompletionStage<Set<JobId>> all() {
    return done(Set.of());
  }

  @Override
  public CompletionStage<Void> note(JobId job, String line) {
    lines.add(line);
    return CompletableFuture.completedFuture(null);
  }
}
