package torpor.testkit.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.InstanceDirectories;

/// One daemon's way to the disk: slow, sometimes full, and cut off with the daemon.
final class SimDisk implements InstanceDirectories {
  private final Stage stage;
  private final DiskTree tree;

  SimDisk(Stage stage, DiskTree tree) {
    this.stage = stage;
    this.tree = tree;
  }

  private <T> CompletionStage<T> work(String what, Supplier<T> effect) {
    return stage.effect(
        true,
        "disk " + what,
        () -> new DiskFailure(what + " failed", true, new IOException("simulated")),
        stage.trouble().disk(),
        effect);
  }

  private CompletionStage<Void> change(String what, Runnable effect) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    var _ =
        work(
                what,
                () -> {
                  effect.run();
                  return what;
                })
            .whenComplete((_, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(failure);
              }
            });
    return done;
  }

  @Override
  public Path of(JobId job) {
    return DiskTree.path(job);
  }

  @Override
  public Path console(JobId job) {
    return of(job).resolve("console.log");
  }

  @Override
  public Path snapshot(JobId job, SnapshotNumber number) {
    return DiskTree.snapshot(job, number);
  }

  @Override
  public CompletionStage<Path> create(JobId job) {
    return work(
        "create " + job,
        () -> {
          var _ = tree.of(job);
          return of(job);
        });
  }

  @Override
  public CompletionStage<Path> stage(JobId job, SnapshotNumber number) {
    return work(
        "stage %s/%s".formatted(job, number),
        () -> {
          tree.of(job).staged.put(number.number(), new SnapshotContent());
          return DiskTree.staging(job, number);
        });
  }

  @Override
  public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
    return work(
            "publish %s/%s".formatted(job, number),
            () -> {
              DiskTree.Directory directory = tree.of(job);
              SnapshotContent content = directory.staged.remove(number.number());
              if (content == null) {
                throw new DiskFailure(
                    "nothing is staged as " + number, false, new IOException("missing"));
              }
              directory.published.put(number.number(), content);
              directory.notYetDurable.add(number.number());
              return DiskTree.snapshot(job, number);
            })
        .thenApply(path -> {
          tree.existing(job).ifPresent(d -> d.notYetDurable.remove(number.number()));
          return path;
        });
  }

  @Override
  public CompletionStage<Path> link(
      JobId from, SnapshotNumber number, JobId to, SnapshotNumber as) {
    throw new AssertionError("jobs are not forked: " + from + " " + number + " " + to + " " + as);
  }

  @Override
  public CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number) {
    return change(
        "drop staged %s/%s".formatted(job, number),
        () -> tree.existing(job).ifPresent(d -> d.staged.remove(number.number())));
  }

  @Override
  public CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number) {
    return change(
        "drop %s/%s".formatted(job, number),
        () -> tree.existing(job).ifPresent(d -> d.published.remove(number.number())));
  }

  @Override
  public CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below) {
    return change(
        "drop %s/<%s".formatted(job, below),
        () ->
            tree.existing(job).ifPresent(d -> d.published.headMap(below.number(), false).clear()));
  }

  @Override
  public CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last) {
    return change(
        "drop %s/>%s".formatted(job, last),
        () -> tree.existing(job).ifPresent(d -> d.published.tailMap(last.number(), false).clear()));
  }

  @Override
  public CompletionStage<Void> reconcile(
      JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
    return change(
        "reconcile %s to %s, up to %s".formatted(job, known.stream().sorted().toList(), last),
        () ->
            tree.existing(job)
                .ifPresent(d -> {
                  d.staged.headMap(last.number(), true).clear();
                  d.published
                      .headMap(last.number(), true)
                      .keySet()
                      .removeIf(n -> !known.contains(new SnapshotNumber(n)));
                }));
  }

  @Override
  public CompletionStage<Void> remove(JobId job) {
    return change("remove " + job, () -> tree.remove(job));
  }

  @Override
  public CompletionStage<Set<JobId>> all() {
    return work("list", () -> new TreeSet<>(tree.all().keySet()));
  }

  @Override
  public CompletionStage<Void> note(JobId job, String line) {
    return change("note " + job, () -> {});
  }
}
