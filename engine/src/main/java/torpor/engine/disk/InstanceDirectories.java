package torpor.engine.disk;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;

/// One directory per job; deleting it is the complete clean-up. Thread-safe, asynchronous; failures
/// complete the future with a [DiskFailure].
///
/// ```
/// <data>/instances/<ulid>/console.log
///                         snapshots/.staging-<n>/    being written; dropped by the next daemon
///                         snapshots/<n>/             published; counts once the store says so
/// ```
public interface InstanceDirectories {

  /// Where the job's directory is, existing or not.
  Path of(JobId job);

  Path console(JobId job);

  Path snapshot(JobId job, SnapshotNumber number);

  /// Makes the directory and its parents durable.
  CompletionStage<Path> create(JobId job);

  /// An empty staging directory; what a previous attempt left in it is gone.
  CompletionStage<Path> stage(JobId job, SnapshotNumber number);

  /// Renames the staging directory to its number and makes that durable. Replaces a directory that
  /// an uncommitted attempt left under the same number.
  CompletionStage<Path> publish(JobId job, SnapshotNumber number);

  /// Makes a published snapshot of one the snapshot of another: its files are shared, not copied.
  /// Doing it again changes nothing.
  CompletionStage<Path> link(JobId from, SnapshotNumber number, JobId to, SnapshotNumber as);

  CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number);

  CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number);

  CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below);

  CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last);

  /// Deletes every staging directory of the job and every snapshot that is not in `known`, as far
  /// as their numbers go up to `last`: what is newer belongs to a life that began meanwhile.
  CompletionStage<Void> reconcile(JobId job, Set<SnapshotNumber> known, SnapshotNumber last);

  CompletionStage<Void> remove(JobId job);

  /// The jobs that have a directory.
  CompletionStage<Set<JobId>> all();

  /// Appends a line to the job's console from Torpor itself, such as the marker after which output
  /// may be repeated.
  CompletionStage<Void> note(JobId job, String line);
}
