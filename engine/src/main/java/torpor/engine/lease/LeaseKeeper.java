package torpor.engine.lease;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.engine.clock.Alarms;
import torpor.engine.serial.Serial;
import torpor.engine.supervision.Restarts;
import torpor.engine.supervision.Supervisor;

/// Renews the lease, and says when it has run out by this daemon's own clock. Thread-safe.
public final class LeaseKeeper implements Tenure {
  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(5);
  private static final Restarts SOON =
      new Restarts(
          Duration.ofMillis(200), Duration.ofSeconds(2), Integer.MAX_VALUE, Duration.ofMinutes(1));

  /// The part of a lease that is left unused: time to end machines in, and for hosts' clocks that
  /// differ.
  private static final int MARGIN = 3;

  private final Lease lease;
  private final InstantSource clock;
  private final Alarms alarms;
  private final Supervisor supervisor;
  private final Function<String, CompletionStage<?>> ranOut;
  private final Consumer<String> taken;
  private final Serial serial;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private Optional<Renewal> newest = Optional.empty();
  private boolean ending;
  private long tenures;
  private volatile OptionalLong current = OptionalLong.empty();

  /// One renewal, from when it was asked for until what it brought has run out.
  private final class Renewal {
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    private Optional<Alarms.Alarm> end = Optional.empty();
    private boolean over;

    void runsOutAfter(Duration span) {
      end =
          Optional.of(
              alarms.at(clock.instant().plus(span), () -> serial.execute(() -> runOut(span))));
    }

    private void runOut(Duration span) {
      over = true;
      answered.completeExceptionally(
          new IllegalStateException("the store did not answer within " + span));
      if (newest.filter(renewal -> renewal == this).isPresent()) {
        newest = Optional.empty();
        current = OptionalLong.empty();
        log.error("cut off from the store for {}: whatever runs is ended", span);
        end();
      }
    }

    void cancel() {
      over = true;
      end.ifPresent(Alarms.Alarm::cancel);
    }
  }

  /// @param ranOut ends what runs, each time that the node may have become somebody else's; the
  ///   next tenure begins once it is through
  /// @param taken told when it has
  public LeaseKeeper(
      Lease lease,
      InstantSource clock,
      Alarms alarms,
      Executor threads,
      Supervisor supervisor,
      Function<String, CompletionStage<?>> ranOut,
      Consumer<String> taken) {
    this.lease = lease;
    this.clock = clock;
    this.alarms = alarms;
    this.supervisor = supervisor;
    this.serial = new Serial(threads);
    this.ranOut = ranOut;
    this.taken = taken;
  }

  /// Completes when the node is known to be ours.
  public CompletionStage<Void> start() {
    if (lease.length().isEmpty()) {
      begin();
    }
    // Taken when the store was opened, a moment ago.
    Renewal opening = new Renewal();
    lease.length().ifPresent(length -> opening.runsOutAfter(unusedLess(length)));
    serial.execute(() -> newest = Optional.of(opening));
    supervisor.keep("lease renewal", RENEW_EVERY, SOON, this::renew, (_, _) -> {});
    return first;
  }

  @Override
  public OptionalLong current() {
    return current;
  }

  private void end() {
    ending = true;
    var _ =
        CompletableFuture.completedFuture(
                "the daemon was cut off from its store for longer than its lease")
            .thenCompose(ranOut::apply)
            .whenCompleteAsync(
                (_, failure) -> {
                  if (failure != null) {
                    log.error("not everything that ran could be ended", failure);
                  }
                  ending = false;
                  beginAgain();
                },
                serial);
  }

  private void beginAgain() {
    if (current.isEmpty() && newest.isPresent() && !ending) {
      begin();
    }
  }

  private void begin() {
    current = OptionalLong.of(++tenures);
    first.complete(null);
  }

  private CompletionStage<?> renew() {
    Renewal renewal = new Renewal();
    lease.length().ifPresent(length -> renewal.runsOutAfter(unusedLess(length)));
    var _ =
        CompletableFuture.completedFuture(lease)
            .thenCompose(Lease::renew)
            .whenCompleteAsync(
                (ours, failure) -> {
                  if (failure != null) {
                    renewal.cancel();
                    renewal.answered.completeExceptionally(failure);
                  } else {
                    renewed(renewal, ours);
                    renewal.answered.complete(ours);
                  }
                },
                serial);
    return renewal.answered;
  }

  private static Duration unusedLess(Duration length) {
    return length.minus(length.dividedBy(MARGIN));
  }

  private void renewed(Renewal renewal, boolean ours) {
    if (!ours) {
      renewal.cancel();
      taken.accept("the lease has been taken over");
    } else if (lease.length().isPresent() && !renewal.over) {
      newest.ifPresent(Renewal::cancel);
      newest = Optional.of(renewal);
      beginAgain();
    }
  }
}
