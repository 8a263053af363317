package torpor.testkit.sim;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.guest.GuestCalls;

/// How a program calls: one call at a time, and the same call again until it is answered. Inside
/// the daemon's process a call cannot get lost; over a network it, and its answer, can.
final class GuestClient {
  /// Who answers calls just now; empty while no daemon does.
  record Line(Life daemon, GuestCalls calls) {}

  /// @param notThere what to do where there was nothing to do it to
  /// @param patient whether it is not asked again while it may still be answered: an abandoned
  ///   question for signals would go on to take some
  record Call<T>(
      String what,
      boolean patient,
      Function<GuestCalls, CompletionStage<Reply<T>>> ask,
      Consumer<T> done,
      Runnable notThere) {}

  private final GuestMachine machine;
  private final Supplier<Optional<Line>> line;
  private final Ledger ledger;
  private final SimScheduler scheduler;
  private final Dice dice;
  private final Trace trace;
  private final boolean overNetwork;

  /// Counts attempts; what comes back for an earlier one is not listened to any more.
  private int attempt;

  GuestClient(GuestMachine machine, Supplier<Optional<Line>> line, Ledger ledger) {
    this.machine = machine;
    this.line = line;
    this.ledger = ledger;
    this.scheduler = machine.stage().scheduler();
    this.dice = machine.stage().dice();
    this.trace = machine.stage().trace();
    this.overNetwork = machine.survives();
  }

  Optional<Line> line() {
    return line.get();
  }

  <T> void call(Call<T> call) {
    int mine = ++attempt;
    Optional<Line> open = line.get();
    if (open.isEmpty() || isLost()) {
      again(mine, call);
      return;
    }
    Life daemon = open.orElseThrow().daemon();
    trace.say("%s: asks %s of %s", machine.life(), call.what(), daemon);
    dice.asking(() -> ask(mine, daemon, open.orElseThrow().calls(), call));
    if (overNetwork) {
      watch(mine, daemon, call);
    }
  }

  private <T> void ask(int mine, Life daemon, GuestCalls calls, Call<T> call) {
    var _ =
        call.ask()
            .apply(calls)
            .whenComplete((reply, failure) -> {
              boolean lost = isLost();
              if (daemon.alive() && lost && call.patient()) {
                scheduler.now(machine.life(), () -> again(mine, call));
              } else if (daemon.alive() && !lost) {
                scheduler.now(
                    machine.life(), () -> arrived(mine, call, Optional.ofNullable(reply), failure));
              }
            });
  }

  private boolean isLost() {
    return overNetwork && dice.chance(machine.stage().trouble().network());
  }

  /// A client's patience: what is not answered for a while is asked again, and what never can be.
  private <T> void watch(int mine, Life daemon, Call<T> call) {
    scheduler.after(
        machine.life(),
        dice.upTo(Duration.ofSeconds(60)).plusSeconds(1),
        () -> {
          if (mine == attempt && call.patient() && daemon.alive()) {
            watch(mine, daemon, call);
          } else if (mine == attempt) {
            machine.whenRunning(() -> repeat(mine, call));
          }
        });
  }

  private <T> void again(int mine, Call<T> call) {
    scheduler.after(
        machine.life(), dice.upTo(Duration.ofSeconds(4)).plusMillis(10), () -> repeat(mine, call));
  }

  private <T> void repeat(int mine, Call<T> call) {
    if (mine == attempt) {
      call(call);
    }
  }

  private <T> void arrived(
      int mine, Call<T> call, Optional<Reply<T>> reply, @Nullable Throwable failure) {
    if (mine != attempt) {
      return;
    }
    if (machine.frozen() && !overNetwork && !isAsleep(reply)) {
      // Inside the daemon's own process the answer is what makes the program go on.
      machine.thaw();
    }
    if (machine.frozen()) {
      machine.whenRunning(() -> arrived(mine, call, reply, failure));
      return;
    }
    ledger.check(
        reply.isPresent(),
        Promise.PORT_RULES,
        "%s of %s: %s",
        call.what(),
        machine.job(),
        String.valueOf(failure));
    reply.ifPresent(answer -> heard(mine, call, answer));
  }

  private static <T> boolean isAsleep(Optional<Reply<T>> reply) {
    return reply.isPresent()
        && reply.orElseThrow() instanceof Reply.Refused<T>(Refusal why)
        && why.code() == RefusalCode.JOB_ASLEEP;
  }

  private <T> void heard(int mine, Call<T> call, Reply<T> reply) {
    switch (reply) {
      case Reply.Done<T>(T value) -> {
        attempt++;
        call.done().accept(value);
      }
      case Reply.Refused<T>(Refusal why) -> {
        trace.say("%s: %s refused: %s", machine.life(), call.what(), why.code().text());
        refused(mine, call, why);
      }
    }
  }

  private <T> void refused(int mine, Call<T> call, Refusal why) {
    switch (why.code()) {
      case LOCK_NOT_FOUND -> {
        attempt++;
        call.notThere().run();
      }
      // This copy of the program is being stopped.
      case JOB_ENDED, JOB_NOT_FOUND, GENERATION_STALE -> attempt++;
      default -> {
        ledger.check(
            why.retryable(), Promise.PORT_RULES, "%s refused: %s", machine.job(), why.detail());
        again(mine, call);
      }
    }
  }
}
