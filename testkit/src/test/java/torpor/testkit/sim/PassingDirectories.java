package torpor.testkit.sim;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.InstanceDirectories;

/// Passes everything on; a planted fault overrides what it breaks.
class PassingDirectories implements InstanceDirectories {
  private final InstanceDirectories directories;

  PassingDirectories(InstanceDirectories directories) {
    this.directories = directories;
  }

  @Override
  public Path of(JobId job) {
    return directories.of(job);
  }

  @Override
  public Path console(JobId job) {
    return directories.console(job);
  }

  @Override
  public Path snapshot(JobId job, SnapshotNumber number) {
    return directories.snapshot(job, number);
  }

  @Override
  public CompletionStage<Path> create(JobId job) {
    return directories.create(job);
  }

  @Override
  public CompletionStage<Path> stage(JobId job, SnapshotNumber number) {
    return directories.stage(job, number);
  }

  @Override
  public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
    return directories.publish(job, number);
  }

  @Override
  public CompletionStage<Path> link(
      JobId from, SnapshotNumber number, JobId to, SnapshotNumber as) {
    return directories.link(from, number, to, as);
  }

  @Override
  public CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number) {
    return directories.dropStaged(job, number);
  }

  @Override
  public CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number) {
    return directories.dropSnapshot(job, number);
  }

  @Override
  public CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below) {
    return directories.dropSnapshotsBelow(job, below);
  }

  @Override
  public CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last) {
    return directories.dropSnapshotsAfter(job, last);
  }

  @Override
  public CompletionStage<Void> reconcile(
      JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
    return directories.reconcile(job, known, last);
  }

  @Override
  public CompletionStage<Void> remove(JobId job) {
    return directories.remove(job);
  }

  @Override
  public CompletionStage<Set<JobId>> all() {
    return directories.all();
  }

  @Override
  public CompletionStage<Void> note(JobId job, String line) {
    return directories.note(job, line);
  }
}
