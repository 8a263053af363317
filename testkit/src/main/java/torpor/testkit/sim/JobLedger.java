package torpor.testkit.sim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import torpor.core.definition.Definition;
import torpor.core.job.ExitResult;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobState;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.retry.RetryFrom;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.store.Transition;

/// What was written about one job and what was promised about it, kept apart from the job's own row
/// so that the row can be held against it.
final class JobLedger {
  private final DiskTree disk;
  private final Definition definition;
  private final BiConsumer<Promise, String> broken;

  private Job row;
  private boolean removed;
  private Optional<SnapshotNumber> newest = Optional.empty();
  private final TreeMap<SnapshotNumber, GuestMemory> memories = new TreeMap<>();
  private final TreeSet<SnapshotNumber> kept = new TreeSet<>();
  private final Map<Token, SnapshotNumber> recorded = new LinkedHashMap<>();
  private final Map<Token, SnapshotNumber> acknowledged = new LinkedHashMap<>();
  private final Map<Generation, Optional<SnapshotNumber>> lives = new HashMap<>();
  private final Set<Integer> signals = new TreeSet<>();
  private final Set<Token> slept = new HashSet<>();
  private final Map<Token, Wake> woken = new HashMap<>();
  private final Set<SnapshotNumber> mayRollBackTo = new TreeSet<>();
  private Optional<Waker> asleep = Optional.empty();
  private Optional<ExitResult> result = Optional.empty();
  private final List<ExitResult> reported = new ArrayList<>();
  private boolean mayStartOver;
  private boolean everRolledBack;

  JobLedger(DiskTree disk, Definition definition, Job row, BiConsumer<Promise, String> broken) {
    this.disk = disk;
    this.definition = definition;
    this.row = row;
    this.broken = broken;
    this.mayStartOver = definition.retry().from() == RetryFrom.START;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void check(boolean holds, Promise promise, String what, Object... values) {
    if (!holds) {
      broken.accept(promise, row.id() + ": " + what.formatted(values));
    }
  }

  Job row() {
    return row;
  }

  boolean removed() {
    return removed;
  }

  Definition definition() {
    return definition;
  }

  /// A person was, or may be about to be, obeyed who asked for it.
  void allowStartOver() {
    mayStartOver = true;
  }

  void allowRollBack(SnapshotNumber to) {
    mayRollBackTo.add(to);
  }

  /// Whether the job has always moved forward, so that what was settled once is settled for ever.
  boolean onlyForward() {
    return !mayStartOver && mayRollBackTo.isEmpty() && !everRolledBack;
  }

  boolean isRecorded(Token token) {
    return recorded.containsKey(token);
  }

  void written(Transition transition, Instant now) {
    Job before = row;
    row = transition.next();
    boolean over = row.state() instanceof JobState.Completed;
    check(
        !(before.state() instanceof JobState.Completed) || over,
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "was completed and is now %s",
        row.state().phase().text());
    transition.changes().forEach(change -> changed(change, transition, now));
    checkLife(before);
    checkSleep(before);
    checkKept();
    if (row.state() instanceof JobState.Exiting s) {
      reported.add(s.result());
    }
    if (row.state() instanceof JobState.Completed s) {
      result = Optional.of(s.result());
    }
  }

  private void changed(JobChange change, Transition transition, Instant now) {
    switch (change) {
      case JobChange.SignalAdded(var signal) -> signals.add(signal.sequence());
      case JobChange.SignalsMarked _ -> {}
      case JobChange.SnapshotsForgotten(SnapshotNumber below) -> kept.headSet(below, false).clear();
      case JobChange.SignalsRemoved(List<Integer> gone) -> gone.forEach(s -> gone(s, transition));
      case JobChange.TokenSettled(SettledToken settled) -> settled(settled, now);
      case JobChange.SnapshotRecorded taken -> recorded(taken);
      case JobChange.RolledBack(SnapshotNumber to) -> rolledBack(to);
      case JobChange.StartedOver _ -> startedOver();
      case JobChange.Removed _ -> removed = true;
    }
  }

  /// A signal leaves the inbox only into memory that is now durable, or as the wake of a sleep.
  private void gone(int sequence, Transition transition) {
    boolean woke =
        transition.next().newest().flatMap(ref -> ref.wake()).stream()
            .anyMatch(w -> w instanceof Wake.BySignal(var s) && s.sequence() == sequence);
    boolean inMemory =
        transition.changes().stream()
            .filter(c -> c instanceof JobChange.SnapshotRecorded)
            .map(c -> ((JobChange.SnapshotRecorded) c).number())
            .flatMap(n -> disk.durable(row.id(), n).stream())
            .anyMatch(content -> content.memory().signals().contains(sequence));
    check(
        woke || inMemory,
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "signal %d was removed, and no durable memory has it",
        sequence);
  }

  private void settled(SettledToken settled, Instant now) {
    settled.wake().ifPresent(wake -> woken(settled.token(), wake, now));
  }

  private void woken(Token token, Wake wake, Instant now) {
    check(
        woken.put(token, wake) == null,
        Promise.P5_EVERY_SLEEP_ENDS,
        "the sleep %s was ended twice",
        token);
    if (wake instanceof Wake.BySignal(var signal)) {
      signals.add(signal.sequence());
    }
    Optional<Instant> at = asleep.flatMap(Waker::at);
    if (wake instanceof Wake.Timer && at.isPresent()) {
      check(
          !now.isBefore(at.orElseThrow()),
          Promise.P5_EVERY_SLEEP_ENDS,
          "the sleep %s was ended at %s, before its time %s",
          token,
          now,
          at.orElseThrow());
    }
  }

  private void recorded(JobChange.SnapshotRecorded taken) {
    check(
        recorded.put(taken.token(), taken.number()) == null,
        Promise.P4_CHECKPOINT_IS_IDEMPOTENT,
        "token %s was checkpointed a second time, as snapshot %s",
        taken.token(),
        taken.number());
    check(
        newest.map(n -> n.compareTo(taken.number()) < 0).orElse(true),
        Promise.P1_NO_SILENT_ROLLBACK,
        "snapshot %s was recorded after %s",
        taken.number(),
        newest);
    newest = Optional.of(taken.number());
    kept.add(taken.number());
    Optional<SnapshotContent> content = disk.durable(row.id(), taken.number());
    check(
        content.isPresent(),
        Promise.P2_CHECKPOINT_ALL_OR_NOTHING,
        "snapshot %s was recorded and is not durable on disk",
        taken.number());
    content.ifPresent(c -> {
      memories.put(taken.number(), c.memory());
      check(
          c.memory().call().equals(Optional.of(taken.token())),
          Promise.P2_CHECKPOINT_ALL_OR_NOTHING,
          "snapshot %s is recorded with token %s, its memory is in call %s",
          taken.number(),
          taken.token(),
          c.memory().call());
    });
  }

  private void rolledBack(SnapshotNumber to) {
    check(
        mayRollBackTo.contains(to),
        Promise.P1_NO_SILENT_ROLLBACK,
        "went back to snapshot %s, which nobody asked for",
        to);
    everRolledBack = true;
    newest = Optional.of(to);
    memories.tailMap(to, false).clear();
    kept.tailSet(to, false).clear();
    acknowledged.values().removeIf(n -> n.compareTo(to) > 0);
    recorded.entrySet().removeIf(e -> e.getValue().compareTo(to) > 0 && forget(e.getKey()));
  }

  private boolean forget(Token token) {
    slept.remove(token);
    woken.remove(token);
    return true;
  }

  private void startedOver() {
    check(
        mayStartOver,
        Promise.P1_NO_SILENT_ROLLBACK,
        "started over, which neither its policy nor a person asked for");
    everRolledBack = true;
    newest = Optional.empty();
    memories.clear();
    kept.clear();
    acknowledged.clear();
    recorded.clear();
    slept.clear();
    woken.clear();
  }

  /// Which memory a new life begins with.
  private void checkLife(Job before) {
    if (row.generation().equals(before.generation())) {
      return;
    }
    switch (row.state()) {
      case JobState.Starting _ -> {
        check(
            newest.isEmpty(),
            Promise.P1_NO_SILENT_ROLLBACK,
            "starts from nothing though snapshot %s is durable",
            newest);
        lives.put(row.generation(), Optional.empty());
      }
      case JobState.Restoring(var ref, var _) -> {
        check(
            newest.equals(Optional.of(ref.number())),
            Promise.P1_NO_SILENT_ROLLBACK,
            "restores snapshot %s though the newest durable one is %s",
            ref.number(),
            newest);
        lives.put(row.generation(), Optional.of(ref.number()));
      }
      default ->
          check(
              false,
              Promise.P6_ONE_LIVE_COPY,
              "generation %s began as %s",
              row.generation(),
              row.state().phase().text());
    }
  }

  /// As many as are asked for, however many checkpoints failed between them.
  private void checkKept() {
    List<SnapshotNumber> known = new ArrayList<>(row.older());
    row.newest().ifPresent(ref -> known.add(ref.number()));
    check(
        known.equals(List.copyOf(kept)) && kept.size() <= definition.keepSnapshots(),
        Promise.P2_CHECKPOINT_ALL_OR_NOTHING,
        "keeps snapshots %s of %d, and says %s",
        kept,
        definition.keepSnapshots(),
        known);
  }

  private void checkSleep(Job before) {
    if (row.state() instanceof JobState.Suspended s) {
      check(
          before.state() instanceof JobState.Suspended || slept.add(s.snapshot().token()),
          Promise.P4_CHECKPOINT_IS_IDEMPOTENT,
          "token %s slept a second time",
          s.snapshot().token());
      asleep = Optional.of(s.waker());
    } else {
      asleep = Optional.empty();
    }
  }

  /// A life begins: its memory must be what the durable record says, whole.
  void begins(Generation generation, Optional<SnapshotNumber> from, GuestMemory memory) {
    Optional<SnapshotNumber> due = lives.getOrDefault(generation, Optional.empty());
    check(
        lives.containsKey(generation) && due.equals(from),
        Promise.P1_NO_SILENT_ROLLBACK,
        "generation %s began from %s, and should from %s",
        generation,
        from,
        due);
    from.map(memories::get)
        .ifPresent(kept ->
            check(
                kept.equals(memory),
                Promise.P2_CHECKPOINT_ALL_OR_NOTHING,
                "generation %s was restored to other memory than snapshot %s held",
                generation,
                from));
    if (generation.equals(row.generation())) {
      acknowledged
          .keySet()
          .forEach(token ->
              check(
                  memory.passed().contains(token) || memory.call().equals(Optional.of(token)),
                  Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
                  "generation %s does not know the acknowledged checkpoint %s",
                  generation,
                  token));
    }
  }

  void acknowledged(Token token, SnapshotNumber number, Generation generation) {
    boolean here = generation.equals(row.generation());
    check(
        !here || number.equals(recorded.get(token)),
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "checkpoint %s was acknowledged as snapshot %s; durable is %s",
        token,
        number,
        Optional.ofNullable(recorded.get(token)));
    if (here && recorded.containsKey(token)) {
      acknowledged.put(token, number);
    }
  }

  void signalAcknowledged(int sequence) {
    check(
        signals.contains(sequence),
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "signal %d was acknowledged and is not durable",
        sequence);
  }

  void exitAcknowledged(ExitResult told) {
    check(
        reported.contains(told) || result.filter(told::equals).isPresent(),
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "the exit with %s was acknowledged and is not durable",
        told);
  }

  Optional<ExitResult> result() {
    return result;
  }

  /// A snapshot's memory must be in front of whatever the job ended with.
  void endedWith(GuestMemory memory, Generation generation) {
    if (!generation.equals(row.generation())) {
      return;
    }
    memories.forEach((number, kept) ->
        check(
            memory.results().size() >= kept.results().size()
                && memory.results().subList(0, kept.results().size()).equals(kept.results()),
            Promise.P1_NO_SILENT_ROLLBACK,
            "ended without what snapshot %s had",
            number));
  }
}
