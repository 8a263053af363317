package torpor.engine.actor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.Definition;
import torpor.core.job.Answer;
import torpor.core.job.Decision;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobEvent;
import torpor.core.job.JobFacts;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobRules;
import torpor.core.job.SettledToken;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;

/// The one place where a job changes. Everything from [#begin] on happens in turns, one at a time.
final class JobActor {
  private static final Logger log = LoggerFactory.getLogger(JobActor.class);
  private static final Duration STORE_AGAIN = Duration.ofSeconds(1);

  private final JobId id;
  private final Surroundings with;
  private final Mailbox mailbox;

  private volatile Optional<StoredJob> row = Optional.empty();
  private final Joiners joiners = new Joiners();
  private final Deferrals deferred;

  JobActor(JobId id, Surroundings with, Consumer<JobActor> idle) {
    this.id = id;
    this.with = with;
    this.deferred = new Deferrals(with.alarms(), () -> with.threads().execute(this::reconsider));
    this.mailbox = new Mailbox(with.threads(), this::begin, () -> idle.accept(this));
  }

  JobId id() {
    return id;
  }

  /// The row as last committed or read, from any thread.
  Optional<StoredJob> current() {
    return row;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /// Whether nothing would be lost by forgetting this actor.
  boolean forgettable() {
    return mailbox.isEmpty() && joiners.isEmpty() && deferred.isEmpty() && !holdsMachine();
  }

  private boolean holdsMachine() {
    return row.map(r -> r.job().state().phase().kind() == JobPhase.Kind.LIVE).orElse(false);
  }

  private CompletableFuture<Void> begin(Mail mail) {
    return guarded(() -> handle(mail))
        .exceptionallyCompose(failure -> storeFailed(mail, failure))
        .toCompletableFuture();
  }

  /// An error is a failure like any other: a mailbox that lost count would be shut for ever.
  private static <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// The store did not answer, and nothing was decided.
  private CompletionStage<Void> storeFailed(Mail mail, Throwable failure) {
    with.health().failed(failure);
    if (mail.mustBeDecided()) {
      log.debug("{}: {} waits for the store: {}", id, name(mail.event()), failure.toString());
      later(STORE_AGAIN, () -> with.post().accept(id, mail));
    } else {
      mail.reply().complete(Reply.refused(Sentences.storeFailed(failure)));
    }
    return DONE;
  }

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private static String name(JobEvent event) {
    return event.getClass().getSimpleName();
  }

  private void later(Duration delay, Runnable action) {
    with.alarms().at(with.clock().instant().plus(delay), action);
  }

  private CompletionStage<Void> handle(Mail mail) {
    if (row.isPresent()) {
      return consider(mail, row.orElseThrow());
    }
    if (mail.preloaded().isPresent()) {
      // Not kept: it may have been outdated before it got here, and what follows from it without a
      // commit would never be found out.
      return consider(mail, mail.preloaded().orElseThrow());
    }
    return with.store()
        .load(id)
        .thenComposeAsync(
            found -> {
              row = found;
              if (found.isPresent()) {
                return consider(mail, found.orElseThrow());
              }
              if (mail.event() instanceof JobEvent.Admitted) {
                with.durable().declined(id);
              }
              mail.reply().complete(Reply.refused(Sentences.notFound(id)));
              return DONE;
            },
            with.threads());
  }

  private CompletionStage<Void> consider(Mail mail, StoredJob stored) {
    if (mail.event() instanceof JobEvent.FromGuest call && call.from().isEmpty()) {
      // A call that has to wait must not be taken for one of the life that follows its own.
      return decide(mail.about(call.in(stored.job().generation())), stored);
    }
    if (mail.idempotent().isEmpty()) {
      return prepare(mail, stored);
    }
    // A repeated request is answered as the first was, whatever has become of the job since.
    return with.store()
        .idempotency(mail.idempotent().orElseThrow().key())
        .thenComposeAsync(
            first -> {
              if (first.isEmpty()) {
                return prepare(mail, stored);
              }
              mail.reply().complete(Sentences.repeated(mail.idempotent(), first.orElseThrow()));
              return DONE;
            },
            with.threads());
  }

  /// A snapshot named by a caller is looked up on the actor's turn: until then it may have been
  /// dropped, or its sleep been ended.
  private CompletionStage<Void> prepare(Mail mail, StoredJob stored) {
    if (!(mail.event() instanceof JobEvent.RetryAsked(var _, Optional<SnapshotRef> from))
        || from.isEmpty()) {
      return decide(mail, stored);
    }
    SnapshotNumber number = from.orElseThrow().number();
    return with.store()
        .snapshots(id)
        .thenComposeAsync(
            kept -> {
              Optional<SnapshotRef> now =
                  kept.stream()
                      .map(SnapshotRecord::ref)
                      .filter(ref -> ref.number().equals(number))
                      .findFirst();
              if (now.isPresent()) {
                return decide(mail.about(new JobEvent.RetryAsked(false, now)), stored);
              }
              mail.reply().complete(Reply.refused(Sentences.noSnapshot(id, number)));
              return DONE;
            },
            with.threads());
  }

  private CompletionStage<Void> decide(Mail mail, StoredJob stored) {
    CompletableFuture<Definition> definition =
        with.definitions().of(stored.job().definition()).toCompletableFuture();
    CompletableFuture<Optional<SettledToken>> settled =
        KnownTokens.about(mail.event(), stored.job(), with.store()).toCompletableFuture();
    if (definition.isDone() && settled.isDone()) {
      // The usual case: nothing to wait for, so no change of threads.
      return apply(mail, stored, definition.join(), settled.join());
    }
    return definition
        .thenCombine(
            settled, (d, s) -> (Supplier<CompletionStage<Void>>) () -> apply(mail, stored, d, s))
        .thenComposeAsync(Supplier::get, with.threads());
  }

  private CompletionStage<Void> apply(
      Mail mail, StoredJob stored, Definition definition, Optional<SettledToken> settled) {
    JobFacts facts =
        new JobFacts(
            with.clock().instant(),
            with.chance().draw(),
            definition,
            with.definitions().checkpointRefusal(definition),
            settled);
    return carryOut(mail, stored, JobRules.decide(stored.job(), mail.event(), facts), facts);
  }

  private CompletionStage<Void> carryOut(
      Mail mail, StoredJob stored, Decision decision, JobFacts facts) {
    return switch (decision) {
      case Decision.Accepted accepted -> commit(mail, stored, accepted, facts);
      case Decision.Answered(Answer answer) -> {
        joiners.answer(mail, answer);
        if (mail.event() instanceof JobEvent.Admitted) {
          decline(stored.job().state().phase());
        }
        if (mail.event() instanceof JobEvent.TimerFired) {
          // Asked too early, by a clock that has been set back since: the timer is still needed.
          stored
              .job()
              .due()
              .filter(due -> due.isAfter(facts.now()))
              .ifPresent(due -> with.durable().dueLater(id, due));
        }
        yield DONE;
      }
      case Decision.Noted(Job next, Answer answer) -> {
        row = Optional.of(new StoredJob(next, stored.version()));
        joiners.answer(mail, answer);
        yield DONE;
      }
      case Decision.Deferred wait -> defer(mail, stored, wait, facts);
      case Decision.Rejected(var refusal) -> {
        mail.reply().complete(Reply.refused(refusal));
        yield DONE;
      }
    };
  }

  private void decline(JobPhase phase) {
    if (phase.kind() != JobPhase.Kind.LIVE) {
      with.durable().declined(id);
    }
  }

  private CompletionStage<Void> defer(
      Mail mail, StoredJob stored, Decision.Deferred wait, JobFacts facts) {
    Instant until = mail.arrivedAt().plus(wait.patience());
    if (!facts.now().isBefore(until)) {
      return carryOut(mail, stored, wait.otherwise(), facts);
    }
    deferred.add(mail, wait.recheckAt().filter(at -> at.isBefore(until)).orElse(until));
    return DONE;
  }

  /// Nudges the actor to take its deferred mail up again, on its own turn.
  private void reconsider() {
    Mail nudge =
        new Mail(
            new JobEvent.TimerFired(),
            Optional.empty(),
            Optional.empty(),
            with.clock().instant(),
            new CompletableFuture<>());
    var _ = nudge.reply().whenComplete((_, _) -> takeUpDeferred());
    with.post().accept(id, nudge);
  }

  /// Within a turn, so the mailbox is open and need not be woken up.
  private void takeUpDeferred() {
    deferred.takeAll().forEach(mailbox::add);
  }

  private CompletionStage<Void> commit(
      Mail mail, StoredJob stored, Decision.Accepted accepted, JobFacts facts) {
    Transition transition =
        new Transition(
            accepted.next(),
            stored.version(),
            accepted.changes(),
            accepted.happenings(),
            Optional.empty(),
            mail.idempotent().map(request -> record(request, accepted.answer())),
            facts.now());
    CompletableFuture<CommitOutcome> durable =
        with.store().commit(transition).toCompletableFuture();
    BiFunction<CommitOutcome, Throwable, CompletionStage<Void>> then =
        (outcome, failure) ->
            failure == null
                ? committed(mail, stored, accepted, facts, outcome)
                : resolve(mail, stored, accepted, facts, failure);
    // Where the store did it on this thread there is nothing to wait for.
    CompletionStage<CompletionStage<Void>> next =
        durable.isDone() ? durable.handle(then) : durable.handleAsync(then, with.threads());
    return next.thenCompose(end -> end);
  }

  private static Idempotency record(IdempotentRequest request, Answer answer) {
    return new Idempotency(request.key(), request.fingerprint(), Sentences.write(answer));
  }

  private CompletionStage<Void> committed(
      Mail mail,
      StoredJob stored,
      Decision.Accepted accepted,
      JobFacts facts,
      CommitOutcome outcome) {
    return switch (outcome) {
      case CommitOutcome.Committed(var version, var _) -> {
        with.health().answered();
        durable(mail, stored, accepted, facts, new StoredJob(accepted.next(), version));
        yield DONE;
      }
      case CommitOutcome.Stale _ -> reload(mail, stored);
      case CommitOutcome.Fenced(String detail) -> {
        row = Optional.empty();
        mail.reply().complete(Reply.refused(Sentences.fenced(detail)));
        with.durable().fenced(detail);
        yield DONE;
      }
      case CommitOutcome.Repeated(Idempotency first) -> {
        mail.reply().complete(Sentences.repeated(mail.idempotent(), first));
        yield DONE;
      }
    };
  }

  /// A preloaded row may be out of date. A row that is just as it was read and still cannot be
  /// written belongs to another node.
  private CompletionStage<Void> reload(Mail mail, StoredJob stale) {
    row = Optional.empty();
    return with.store()
        .load(id)
        .thenComposeAsync(
            found -> {
              if (found.filter(now -> now.version().equals(stale.version())).isPresent()) {
                mail.reply().complete(Reply.refused(Sentences.elsewhere(id)));
                return DONE;
              }
              return handle(mail.notPreloaded());
            },
            with.threads());
  }

  /// After commit: tell, arm, act.
  private void durable(
      Mail mail, StoredJob before, Decision.Accepted accepted, JobFacts facts, StoredJob after) {
    boolean removed =
        accepted.changes().stream().anyMatch(change -> change instanceof JobChange.Removed);
    row = removed ? Optional.empty() : Optional.of(after);
    joiners.answer(mail, accepted.answer());
    accepted.settlements().forEach(joiners::settle);
    with.durable().changed(before.job(), after.job(), mail.event());
    accepted.effects().forEach(e -> with.acting().act(after.job(), facts.definition(), e));
    takeUpDeferred();
  }

  /// The store failed in the middle of a commit, so whether it happened is unknown. Nothing else is
  /// decided until the row itself has told: a commit that did happen must have its effects.
  private CompletionStage<Void> resolve(
      Mail mail, StoredJob stored, Decision.Accepted accepted, JobFacts facts, Throwable failure) {
    with.health().failed(failure);
    log.debug("{}: outcome of {} unknown: {}", id, name(mail.event()), failure.toString());
    return ReadBack.row(id, with)
        .thenComposeAsync(
            found -> {
              if (!ReadBack.happened(stored, accepted, found)) {
                row = found;
                return storeFailed(mail, failure);
              }
              StoredJob after =
                  found.orElseGet(() -> new StoredJob(accepted.next(), stored.version()));
              durable(mail, stored, accepted, facts, after);
              return DONE;
            },
            with.threads());
  }
}
