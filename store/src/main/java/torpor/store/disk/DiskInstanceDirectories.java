package torpor.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.DiskFailure;
import torpor.engine.disk.InstanceDirectories;

/// [InstanceDirectories] on a local file system. File operations run on a few platform threads of
/// its own, because they block in the kernel. Calls for one job are not ordered among themselves:
/// who needs one after the other waits for the first.
public final class DiskInstanceDirectories implements InstanceDirectories, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskInstanceDirectories.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
  private static final String STAGING = ".staging-";
  private static final String REPLACED = ".replaced-";
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  private final Path root;
  private final ExecutorService threads;

  /// @param root the directory of all instances, which exists; see [DataDirectory#instances]
  /// @param parallel how many file operations run at once
  public DiskInstanceDirectories(Path root, int parallel) {
    this.root = root;
    this.threads =
        Executors.newFixedThreadPool(
            parallel, Thread.ofPlatform().name("disk-", 0).daemon().factory());
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
    return snapshots(job).resolve(number.toString());
  }

  private Path snapshots(JobId job) {
    return of(job).resolve("snapshots");
  }

  private Path staging(JobId job, SnapshotNumber number) {
    return snapshots(job).resolve(STAGING + number);
  }

  @Override
  public CompletionStage<Path> create(JobId job) {
    return run(
        "creating the directory of " + job,
        () -> {
          DirectoryTree.create(root, of(job));
          return of(job);
        });
  }

  @Override
  public CompletionStage<Path> stage(JobId job, SnapshotNumber number) {
    return run(
        "staging snapshot %s of %s".formatted(number, job),
        () -> {
          Path staging = staging(job, number);
          DirectoryTree.delete(staging);
          DirectoryTree.create(root, staging);
          return staging;
        });
  }

  @Override
  public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
    return run(
        "publishing snapshot %s of %s".formatted(number, job),
        () -> {
          Path staging = staging(job, number);
          Path published = snapshot(job, number);
          Path replaced = snapshots(job).resolve(REPLACED + number);
          DirectoryTree.syncAll(staging);
          DirectoryTree.delete(replaced);
          if (Files.exists(published)) {
            Files.move(published, replaced, StandardCopyOption.ATOMIC_MOVE);
          }
          Files.move(staging, published, StandardCopyOption.ATOMIC_MOVE);
          DirectoryTree.sync(snapshots(job));
          DirectoryTree.delete(replaced);
          return published;
        });
  }

  @Override
  public CompletionStage<Path> link(
      JobId from, SnapshotNumber number, JobId to, SnapshotNumber as) {
    return stage(to, as)
        .thenCompose(staging ->
            run(
                "linking snapshot %s of %s as %s of %s".formatted(number, from, as, to),
                () -> {
                  DirectoryTree.link(snapshot(from, number), staging);
                  return staging;
                }))
        .thenCompose(_ -> publish(to, as));
  }

  @Override
  public CompletionStage<Void> dropStaged(JobId job, SnapshotNumber number) {
    return perform(
        "dropping staged snapshot %s of %s".formatted(number, job),
        () -> DirectoryTree.delete(staging(job, number)));
  }

  @Override
  public CompletionStage<Void> dropSnapshot(JobId job, SnapshotNumber number) {
    return perform(
        "dropping snapshot %s of %s".formatted(number, job),
        () -> DirectoryTree.delete(snapshot(job, number)));
  }

  @Override
  public CompletionStage<Void> dropSnapshotsBelow(JobId job, SnapshotNumber below) {
    return perform(
        "dropping snapshots below %s of %s".formatted(below, job),
        () -> dropNumbered(job, number -> number < below.number()));
  }

  @Override
  public CompletionStage<Void> dropSnapshotsAfter(JobId job, SnapshotNumber last) {
    return perform(
        "dropping snapshots after %s of %s".formatted(last, job),
        () -> dropNumbered(job, number -> number > last.number()));
  }

  @Override
  public CompletionStage<Void> reconcile(
      JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
    return perform(
        "reconciling snapshots of " + job,
        () -> {
          for (Path child : DirectoryTree.children(snapshots(job))) {
            if (isLeftOver(child.getFileName().toString(), last.number())) {
              DirectoryTree.delete(child);
            }
          }
          dropNumbered(
              job,
              number -> number <= last.number() && !known.contains(new SnapshotNumber(number)));
        });
  }

  private static boolean isLeftOver(String name, int last) {
    return Stream.of(STAGING, REPLACED)
        .filter(name::startsWith)
        .anyMatch(prefix -> Integer.parseInt(name.substring(prefix.length())) <= last);
  }

  private void dropNumbered(JobId job, IntPredicate which) throws IOException {
    for (Path child : DirectoryTree.children(snapshots(job))) {
      OptionalInt number = number(child);
      if (number.isPresent() && which.test(number.getAsInt())) {
        DirectoryTree.delete(child);
      }
    }
  }

  private static OptionalInt number(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return NUMBER.matcher(name).matches()
        ? OptionalInt.of(Integer.parseInt(name))
        : OptionalInt.empty();
  }

  @Override
  public CompletionStage<Void> remove(JobId job) {
    return perform("removing the directory of " + job, () -> DirectoryTree.delete(of(job)));
  }

  @Override
  public CompletionStage<Set<JobId>> all() {
    return run(
        "listing instance directories",
        () ->
            DirectoryTree.children(root).stream()
                .map(child -> child.getFileName().toString())
                .filter(JobId::isValid)
                .map(JobId::parse)
                .filter(job -> Files.isDirectory(of(job)))
                .collect(Collectors.toSet()));
  }

  @Override
  public CompletionStage<Void> note(JobId job, String line) {
    return perform(
        "writing to the console of " + job,
        () ->
            Files.write(
                console(job),
                List.of(line),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND));
  }

  /// Waits for what is under way. What is asked for later fails.
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("file operations are still running after {}; leaving them behind", CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @FunctionalInterface
  private interface Answering<T> {
    T run() throws IOException;
  }

  @FunctionalInterface
  private interface Acting {
    void run() throws IOException;
  }

  private CompletionStage<Void> perform(String attempted, Acting operation) {
    return run(
            attempted,
            () -> {
              operation.run();
              return true;
            })
        .thenAccept(_ -> {});
  }

  private <T> CompletableFuture<T> run(String attempted, Answering<T> operation) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      threads.execute(() -> answer(attempted, operation, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new DiskFailure(attempted + ": closed", false, e));
    }
    return done;
  }

  private static <T> void answer(
      String attempted, Answering<T> operation, CompletableFuture<T> done) {
    T answer;
    try {
      answer = operation.run();
    } catch (IOException e) {
      done.completeExceptionally(DiskFailures.of(attempted, e));
      return;
    } catch (RuntimeException e) {
      done.completeExceptionally(new DiskFailure(attempted + ": " + e.getMessage(), false, e));
      return;
    }
    done.complete(answer);
  }
}
