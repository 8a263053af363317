package torpor.testkit.sim;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;

/// What is on disk; outlives every daemon.
final class DiskTree {
  private static final Path ROOT = Path.of("/sim/instances");
  private static final String STAGING = ".staging-";

  /// One job's directory.
  static final class Directory {
    final TreeMap<Integer, SnapshotContent> staged = new TreeMap<>();
    final TreeMap<Integer, SnapshotContent> published = new TreeMap<>();
    final Set<Integer> notYetDurable = new TreeSet<>();
  }

  private final TreeMap<JobId, Directory> directories = new TreeMap<>();

  static Path path(JobId job) {
    return ROOT.resolve(job.ulid());
  }

  static Path staging(JobId job, SnapshotNumber number) {
    return path(job).resolve("snapshots").resolve(STAGING + number);
  }

  static Path snapshot(JobId job, SnapshotNumber number) {
    return path(job).resolve("snapshots").resolve(number.toString());
  }

  /// The snapshot, staged or published, whose directory that is.
  Optional<SnapshotContent> content(Path path) {
    Directory directory = directories.get(new JobId(path.getName(ROOT.getNameCount()).toString()));
    if (directory == null) {
      return Optional.empty();
    }
    String name = path.getFileName().toString();
    return Optional.ofNullable(
        name.startsWith(STAGING)
            ? directory.staged.get(Integer.valueOf(name.substring(STAGING.length())))
            : directory.published.get(Integer.valueOf(name)));
  }

  Map<JobId, Directory> all() {
    return directories;
  }

  Directory of(JobId job) {
    return directories.computeIfAbsent(job, _ -> new Directory());
  }

  Optional<Directory> existing(JobId job) {
    return Optional.ofNullable(directories.get(job));
  }

  /// The published, durable and complete snapshot of that number.
  Optional<SnapshotContent> durable(JobId job, SnapshotNumber number) {
    return existing(job)
        .filter(d -> !d.notYetDurable.contains(number.number()))
        .map(d -> d.published.get(number.number()))
        .filter(SnapshotContent::complete);
  }

  void remove(JobId job) {
    directories.remove(job);
  }

  /// The host stops: each rename that was not durable yet may have happened or not.
  void crash(Dice dice) {
    for (Directory directory : directories.values()) {
      for (int number : List.copyOf(directory.notYetDurable)) {
        SnapshotContent content = directory.published.get(number);
        if (content != null && dice.chance(0.5)) {
          directory.published.remove(number);
          directory.staged.put(number, content);
        }
      }
      directory.notYetDurable.clear();
    }
  }

  List<String> describe() {
    List<String> lines = new ArrayList<>();
    directories.forEach((job, d) ->
        lines.add(
            "%s staged %s published %s".formatted(job, d.staged.keySet(), d.published.keySet())));
    return lines;
  }
}
