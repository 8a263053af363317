package torpor.testkit.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Happening;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.engine.store.ApiKey;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.DueJob;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// What is durable. Used from one thread at a time; [InMemoryJobStore] sees to that.
public final class MemoryTables {
  private static final Comparator<DueJob> EARLIEST_FIRST =
      Comparator.comparing(DueJob::due).thenComparing(DueJob::id);

  record Remembered(Idempotency request, Instant at) {}

  private final TreeMap<JobId, JobRows> jobs = new TreeMap<>();
  private final TreeSet<DueJob> due = new TreeSet<>(EARLIEST_FIRST);
  private final TreeMap<Long, RecordedHappening> history = new TreeMap<>();
  private final Map<String, Remembered> requests = new LinkedHashMap<>();
  private final TreeMap<Integer, Definition> definitions = new TreeMap<>();
  private final Map<String, ApiKey> keys = new LinkedHashMap<>();
  private long sequence;
  private int lastDefinition;
  private long owner;
  private Instant leaseUntil = Instant.MIN;

  /// Takes the node over.
  ///
  /// @return the new owner's epoch; every older one is fenced off from now on
  public synchronized long takeOver() {
    return ++owner;
  }

  /// As [#takeOver], with the lease that comes with it.
  public synchronized long takeOver(Instant until) {
    leaseUntil = until;
    return takeOver();
  }

  /// The epoch whose writes count.
  public synchronized long owner() {
    return owner;
  }

  /// Keeps the node for its owner.
  ///
  /// @return whether `epoch` still is
  public synchronized boolean renew(long epoch, Instant until) {
    if (epoch != owner) {
      return false;
    }
    leaseUntil = until;
    return true;
  }

  /// Until when nobody but a daemon on the same data directory may take the node.
  public synchronized Instant leaseUntil() {
    return leaseUntil;
  }

  synchronized CommitOutcome apply(Transition transition, long epoch) {
    if (epoch != owner) {
      return new CommitOutcome.Fenced(
          "epoch %d was taken over by epoch %d".formatted(epoch, owner));
    }
    Optional<Remembered> earlier =
        transition.idempotency().map(Idempotency::key).map(requests::get);
    if (earlier.isPresent()) {
      return new CommitOutcome.Repeated(earlier.orElseThrow().request());
    }
    JobId id = transition.next().id();
    JobRows rows = jobs.get(id);
    Version now = rows == null ? Version.ABSENT : rows.version();
    if (!now.equals(transition.expected())) {
      return new CommitOutcome.Stale();
    }
    write(transition, rows);
    transition
        .idempotency()
        .ifPresent(r -> requests.put(r.key(), new Remembered(r, transition.at())));
    return new CommitOutcome.Committed(transition.expected().next(), record(transition));
  }

  private void write(Transition transition, @Nullable JobRows existing) {
    JobId id = transition.next().id();
    if (existing != null) {
      existing.job().due().ifPresent(at -> due.remove(new DueJob(at, id)));
    }
    if (transition.changes().stream().anyMatch(change -> change instanceof JobChange.Removed)) {
      jobs.remove(id);
      return;
    }
    JobRows rows = existing;
    if (rows == null) {
      JobInputs inputs = transition.inputs().orElse(JobInputs.NONE);
      rows = new JobRows(transition.next(), inputs, transition.at());
      jobs.put(id, rows);
    } else {
      rows.update(transition.next(), transition.at());
    }
    transition.changes().forEach(rows::change);
    rows.job().due().ifPresent(at -> due.add(new DueJob(at, id)));
  }

  private List<RecordedHappening> record(Transition transition) {
    List<RecordedHappening> recorded = new ArrayList<>();
    for (Happening happening : transition.happenings()) {
      RecordedHappening line =
          new RecordedHappening(++sequence, transition.next().id(), transition.at(), happening);
      history.put(line.sequence(), line);
      recorded.add(line);
    }
    return recorded;
  }

  synchronized int prune(Instant before, int limit) {
    List<String> oldRequests =
        requests.entrySet().stream()
            .filter(e -> e.getValue().at().isBefore(before))
            .map(Map.Entry::getKey)
            .limit(limit)
            .toList();
    oldRequests.forEach(requests::remove);
    List<Long> oldLines =
        history.values().stream()
            .filter(line -> line.at().isBefore(before))
            .map(RecordedHappening::sequence)
            .limit((long) limit - oldRequests.size())
            .toList();
    oldLines.forEach(history::remove);
    return oldRequests.size() + oldLines.size();
  }

  Optional<JobRows> rows(JobId id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Collection<JobRows> rows() {
    return jobs.values();
  }

  Collection<JobRows> rowsAfter(Optional<JobId> after) {
    return after.map(id -> jobs.tailMap(id, false).values()).orElseGet(jobs::values);
  }

  Collection<JobRows> newestFirst(Optional<JobId> before) {
    return before
        .map(id -> jobs.headMap(id, false).descendingMap().values())
        .orElseGet(() -> jobs.descendingMap().values());
  }

  List<DueJob> due(Instant after, Instant upTo, int limit) {
    return due.stream()
        .dropWhile(timer -> !timer.due().isAfter(after))
        .takeWhile(timer -> !timer.due().isAfter(upTo))
        .limit(limit)
        .toList();
  }

  Collection<RecordedHappening> historyAfter(long sequence) {
    return history.tailMap(sequence, false).values();
  }

  long lastSequence() {
    return sequence;
  }

  Optional<Idempotency> request(String key) {
    return Optional.ofNullable(requests.get(key)).map(Remembered::request);
  }

  Map<Integer, Definition> definitions() {
    return definitions;
  }

  DefinitionId nextDefinition() {
    return new DefinitionId(++lastDefinition);
  }

  Map<String, ApiKey> keys() {
    return keys;
  }
}
