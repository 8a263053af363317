package torpor.engine.recovery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.Definition;
import torpor.core.job.Job;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.clock.Alarms;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.effect.Adoptions;
import torpor.engine.effect.Deadlines;
import torpor.engine.effect.EffectRunner;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.place.Places;
import torpor.engine.store.JobStore;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;

/// Goes through every job that was recorded in flight, looks what is left of it, and lets the rules
/// decide. Runs before the APIs open; its table is in [torpor.core.job.JobRules]'s package.
public final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;
  private static final int TRIES = 5;
  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// For thousands of machines at once, on a host that has just come up.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /// Where what was found is told: the mailbox of the job whose row it is.
  @FunctionalInterface
  public interface Mailboxes {
    CompletionStage<?> ask(StoredJob row, JobEvent found);
  }

  private final JobStore store;
  private final DefinitionShelf definitions;
  private final InstanceDirectories directories;
  private final Mailboxes mailboxes;
  private final Places places;
  private final Adoptions adoptions;
  private final EffectRunner.Outcomes outcomes;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Deadlines deadlines;

  /// For the summary; a start of thousands of jobs is told in a line for each outcome.
  private final AtomicInteger adopted = new AtomicInteger();

  private final AtomicInteger gone = new AtomicInteger();

  public Recovery(
      JobStore store,
      DefinitionShelf definitions,
      InstanceDirectories directories,
      Mailboxes mailboxes,
      Places places,
      Adoptions adoptions,
      EffectRunner.Outcomes outcomes,
      InstantSource clock,
      Alarms alarms) {
    this.store = store;
    this.definitions = definitions;
    this.directories = directories;
    this.mailboxes = mailboxes;
    this.places = places;
    this.adoptions = adoptions;
    this.outcomes = outcomes;
    this.clock = clock;
    this.alarms = alarms;
    this.deadlines = new Deadlines(clock, alarms);
  }

  /// Completes when every job in flight has been decided, with all that were.
  public CompletionStage<Set<JobId>> run() {
    Set<JobId> inFlight = new HashSet<>();
    return pageAfter(Optional.empty(), inFlight).thenCompose(this::sweep);
  }

  private CompletionStage<Set<JobId>> pageAfter(Optional<JobId> last, Set<JobId> seen) {
    return store
        .live(last, PAGE)
        .thenCompose(page -> {
          List<CompletableFuture<?>> decided = new ArrayList<>();
          for (StoredJob row : page) {
            seen.add(row.job().id());
            decided.add(recoverAlone(row, TRIES).toCompletableFuture());
          }
          CompletableFuture<Void> all =
              CompletableFuture.allOf(decided.toArray(CompletableFuture[]::new));
          return page.size() < PAGE
              ? all.thenApply(_ -> seen)
              : all.thenCompose(_ -> pageAfter(Optional.of(page.getLast().job().id()), seen));
        });
  }

  /// One job that cannot be looked at is tried a few times and must not keep the others from going
  /// on. Not later, once the daemon runs: by then the job may have moved, and what was written
  /// since would be taken for what the last daemon left.
  private CompletionStage<?> recoverAlone(StoredJob row, int tries) {
    return recover(row)
        .<CompletionStage<?>>handle((_, failure) -> {
          if (failure == null) {
            return DONE;
          }
          if (isOfTheStore(failure)) {
            // Says nothing about this job, and the daemon cannot open without its store.
            return pause().thenCompose(_ -> recoverAlone(row, tries));
          }
          if (isSilence(failure)) {
            log.error(
                "{} stays as it was: its runtime does not say what is left of its machine;"
                    + " start the daemon again once it does",
                row.job().id());
            return DONE;
          }
          if (tries > 1) {
            return pause().thenCompose(_ -> recoverAlone(row, tries - 1));
          }
          log.error(
              "{} could not be recovered and stays as it was; cancel it, or start the daemon"
                  + " again once the cause is gone",
              row.job().id(),
              failure);
          return DONE;
        })
        .thenCompose(step -> step);
  }

  private static boolean isOfTheStore(Throwable failure) {
    return failure instanceof StoreFailure || failure.getCause() instanceof StoreFailure;
  }

  private static boolean isSilence(Throwable failure) {
    return Deadlines.isOverdue(failure)
        || (failure.getCause() instanceof MachineFailure machine
            && machine.kind() == MachineFailure.Kind.SILENT);
  }

  /// The answer, or a failure with [Deadlines.Overdue] and a runtime in which nothing begins any
  /// more: a second copy of what it may be running must not.
  private <T> CompletionStage<T> inTime(
      MachineRuntime runtime, String asked, CompletionStage<T> answer) {
    return deadlines
        .within(PATIENCE, asked, answer)
        .whenComplete((_, failure) -> {
          if (failure instanceof Deadlines.Overdue) {
            String what =
                "the %s runtime did not answer within %d minutes of the daemon's start"
                    .formatted(runtime.name(), PATIENCE.toMinutes());
            definitions.silence(runtime.name(), what);
          }
        });
  }

  private CompletionStage<Void> pause() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    alarms.at(clock.instant().plus(AGAIN), () -> over.complete(null));
    return over;
  }

  private CompletionStage<?> recover(StoredJob row) {
    Job job = row.job();
    // An end that is reported before the job knows that it was alive would be followed by a life,
    // and the finding would be taken for that one.
    CompletableFuture<Void> decided = new CompletableFuture<>();
    return reconciled(job)
        .thenCompose(_ -> definitions.of(job.definition()))
        .thenCompose(definition -> {
          adoptions.expected(job.id(), definition, job.generation());
          return look(job, definition, decided);
        })
        .thenCompose(found -> {
          log.debug(
              "{} was {} (generation {}): machine {}",
              job.id(),
              job.state().phase().text(),
              job.generation(),
              found.isPresent() ? "alive, adopted" : "gone");
          return decide(row, found)
              .whenComplete((_, failure) -> {
                if (failure == null) {
                  (found.isPresent() ? adopted : gone).incrementAndGet();
                }
                settle(job, found);
                decided.complete(null);
              });
        });
  }

  private CompletionStage<Void> reconciled(Job job) {
    return job.lastSnapshot() == 0
        ? DONE
        : store
            .snapshots(job.id())
            .thenCompose(known ->
                directories.reconcile(
                    job.id(),
                    known.stream()
                        .map(SnapshotRecord::ref)
                        .map(ref -> ref.number())
                        .collect(Collectors.toSet()),
                    new SnapshotNumber(job.lastSnapshot())));
  }

  private void settle(Job job, Optional<MachineHandle> found) {
    found.ifPresentOrElse(
        machine -> adoptions.adopted(job.id(), job.generation(), machine),
        () -> adoptions.ended(job.id(), job.generation()));
  }

  private CompletionStage<?> decide(StoredJob row, Optional<MachineHandle> found) {
    Job job = row.job();
    if (found.isPresent()) {
      // A machine that is there has its place, however full the node is.
      places.take(job.id());
      return mailboxes.ask(row, new JobEvent.FoundAlive(found.orElseThrow()));
    }
    return mailboxes.ask(
        row,
        new JobEvent.FoundGone(
            "the daemon or the host ended while the job was " + job.state().phase().text()));
  }

  /// @param decided when the machine's end may be told
  private CompletionStage<Optional<MachineHandle>> look(
      Job job, Definition definition, CompletionStage<Void> decided) {
    Optional<MachineRuntime> found = definitions.runtime(definition.runtime());
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    MachineRuntime runtime = found.orElseThrow();
    return inTime(
        runtime,
        "looking for the machine of " + job.id(),
        runtime.adopt(
            new MachineAdoption(
                job.id(),
                job.generation(),
                job.state().machineHeld(),
                directories.of(job.id()),
                status -> {
                  JobEvent.MachineEnded ended = new JobEvent.MachineEnded(job.generation(), status);
                  var _ = decided.thenRun(() -> outcomes.tell(job.id(), ended));
                })));
  }

  private CompletionStage<Set<JobId>> sweep(Set<JobId> inFlight) {
    List<CompletableFuture<Integer>> sweeps =
        definitions.allRuntimes().stream()
            .map(runtime -> swept(runtime, inFlight).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(sweeps.toArray(CompletableFuture[]::new))
        .thenApply(_ -> {
          definitions
              .silent()
              .forEach(what -> log.error("{}; nothing begins in it any more", what));
          int ended = sweeps.stream().mapToInt(CompletableFuture::join).sum();
          tell(adopted, "{} machines are alive and were adopted");
          tell(gone, "{} machines are gone; their jobs go on from what is recorded");
          if (ended > 0) {
            log.warn("{} machines that no job owns were ended", ended);
          }
          return inFlight;
        });
  }

  private CompletionStage<Integer> swept(MachineRuntime runtime, Set<JobId> inFlight) {
    return inTime(runtime, "ending machines that no job owns", runtime.sweep(inFlight))
        .exceptionallyCompose(failure ->
            isSilence(failure)
                ? CompletableFuture.completedFuture(0)
                : CompletableFuture.failedFuture(failure));
  }

  private static void tell(AtomicInteger machines, String sentence) {
    if (machines.get() > 0) {
      log.info(sentence, machines);
    }
  }
}
