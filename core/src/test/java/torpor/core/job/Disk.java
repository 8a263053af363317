package torpor.core.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.core.snapshot.Token;

/// What survives a crash in the walks' world: the rows that decisions write, and the snapshot
/// files.
final class Disk {
  final Set<Integer> files = new TreeSet<>();
  private final Map<Integer, SnapshotRef> recorded = new TreeMap<>();
  private final Map<Token, SettledToken> tokens = new HashMap<>();
  boolean removed;

  Optional<SettledToken> token(Token token) {
    return Optional.ofNullable(tokens.get(token));
  }

  Optional<SnapshotRef> recordedBefore(SnapshotRef newest) {
    return recorded.values().stream()
        .filter(ref -> ref.number().compareTo(newest.number()) < 0)
        .findFirst();
  }

  void write(JobChange change) {
    switch (change) {
      case JobChange.SnapshotRecorded row -> {
        check(!tokens.containsKey(row.token()), "P4: one token, one snapshot: " + row);
        check(files.contains(row.number().number()), "P2: only what is on disk is recorded");
        recorded.put(
            row.number().number(),
            new SnapshotRef(row.number(), row.takenAt(), row.token(), Optional.empty()));
      }
      case JobChange.TokenSettled(SettledToken settled) -> {
        SettledToken earlier = tokens.put(settled.token(), settled);
        check(
            earlier == null
                || (earlier.snapshot().equals(settled.snapshot()) && earlier.wake().isEmpty()),
            "P5: a sleep is ended once: " + earlier + " then " + settled);
        recorded.computeIfPresent(
            settled.snapshot().number(), (_, ref) -> settled.wake().map(ref::wokenBy).orElse(ref));
      }
      case JobChange.SnapshotsForgotten(SnapshotNumber below) ->
          recorded.keySet().removeIf(number -> number < below.number());
      case JobChange.RolledBack(SnapshotNumber to) -> {
        recorded.keySet().removeIf(number -> number > to.number());
        tokens.values().removeIf(settled -> settled.snapshot().compareTo(to) > 0);
      }
      case JobChange.StartedOver _ -> {
        recorded.clear();
        tokens.clear();
      }
      case JobChange.Removed _ -> removed = true;
      case JobChange.SignalAdded _, JobChange.SignalsMarked _, JobChange.SignalsRemoved _ -> {}
    }
  }

  /// What the reconciler does at start: files that no row knows are dropped.
  void reconcile() {
    files.retainAll(recorded.keySet());
  }

  /// @param keep how many snapshots the definition asks to keep
  void checkAgainst(Job job, int keep) {
    Optional<SnapshotRef> last =
        recorded.isEmpty()
            ? Optional.empty()
            : Optional.of(recorded.values().stream().reduce((_, b) -> b).orElseThrow());
    check(job.newest().equals(last), "P1: the newest is the last one recorded: " + last);
    check(
        Stream.concat(job.older().stream(), job.newest().stream().map(SnapshotRef::number))
            .map(SnapshotNumber::number)
            .toList()
            .equals(List.copyOf(recorded.keySet())),
        "P2: the job knows which snapshots are kept: " + recorded.keySet());
    check(recorded.size() <= keep, "no more snapshots are kept than asked for: " + recorded);
    check(
        files.containsAll(recorded.keySet()),
        "P2: what is recorded is on disk: " + recorded.keySet() + " but " + files);
  }

  /// Nothing leaks. A file below the newest may wait for the reconciler: of those the rules cannot
  /// tell whether a row names them.
  void checkTidy(Job job) {
    int newest = job.newest().map(ref -> ref.number().number()).orElse(0);
    check(
        files.stream().allMatch(n -> n < newest || recorded.containsKey(n)),
        "P8: no snapshot is left that no row names: " + files + " and " + recorded.keySet());
  }

  static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new AssertionError(sentence);
    }
  }
}
