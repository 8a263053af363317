package torpor.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.ExitResult;
import torpor.core.job.JobEvent;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.guest.GuestCalls;

/// Runs a program in a machine, calling as a worker does: one call at a time, repeated with the
/// same token until it is answered.
final class Guest {
  /// What is on its way outlives whoever sent it.
  private static final Life NETWORK = new Life("network");

  private final GuestMachine machine;
  private final GuestProgram program;
  private final GuestClient client;
  private final Ledger ledger;
  private final SimScheduler scheduler;
  private final Dice dice;
  private final Trace trace;
  private final boolean overNetwork;
  private GuestMemory memory;
  private List<Integer> durableSignals;

  Guest(
      GuestMachine machine,
      GuestProgram program,
      Supplier<Optional<GuestClient.Line>> line,
      Ledger ledger,
      GuestMemory memory) {
    this.machine = machine;
    this.program = program;
    this.client = new GuestClient(machine, line, ledger);
    this.ledger = ledger;
    this.scheduler = machine.stage().scheduler();
    this.dice = machine.stage().dice();
    this.trace = machine.stage().trace();
    this.overNetwork = machine.survives();
    this.memory = memory;
    this.durableSignals = memory.signals();
  }

  GuestMemory memory() {
    return memory;
  }

  /// Goes on with the operation it is in; after a restore that is the call it was frozen in.
  void run() {
    scheduler.now(machine.life(), this::step);
  }

  /// The answer to the call it was frozen in, handed over by its runtime.
  void answer(Token token, Optional<Wake> wake) {
    if (memory.call().equals(Optional.of(token))) {
      scheduler.now(machine.life(), () -> passed(token, wake));
    }
  }

  private void next(GuestMemory changed) {
    memory = changed;
    scheduler.now(machine.life(), this::step);
  }

  private void step() {
    switch (program.op(memory)) {
      case GuestOp.Work(Duration most) ->
          scheduler.after(
              machine.life(),
              dice.upTo(most),
              () -> machine.whenRunning(() -> next(memory.computed(dice.number()))));
      case GuestOp.Checkpoint(Token token) -> checkpoint(token, Optional.empty());
      case GuestOp.Sleep(Token token, Duration duration) -> {
        Instant until = memory.until().orElseGet(() -> scheduler.instant().plus(duration));
        checkpoint(token, Optional.of(new Waker(Optional.of(until), Optional.empty())));
      }
      case GuestOp.WaitSignal(Token token, String name, Optional<Duration> timeout) -> {
        Optional<Instant> until = memory.until().or(() -> timeout.map(scheduler.instant()::plus));
        checkpoint(token, Optional.of(new Waker(until, Optional.of(name))));
      }
      case GuestOp.TakeSignals(Optional<String> name, Duration patience) ->
          takeSignals(name, patience);
      case GuestOp.Lock(String id, Duration ttl) ->
          call(
              "lock",
              calls -> calls.lock(machine.job(), new JobEvent.LockAsked(from(), id, ttl)),
              _ -> next(memory.next()));
      case GuestOp.Unlock(String id) ->
          call(
              "unlock",
              calls -> calls.unlock(machine.job(), new JobEvent.UnlockAsked(from(), id)),
              _ -> next(memory.next()));
      case GuestOp.Report(double percent) ->
          call(
              "progress",
              calls ->
                  calls.progress(
                      machine.job(),
                      new JobEvent.ProgressMade(
                          from(), GuestCalls.progressOf(percent, Optional.empty()))),
              _ -> next(memory.next()));
      case GuestOp.Stumble(double probability) -> stumble(probability);
      case GuestOp.Exit(int code) -> exit(code);
      case GuestOp.End(int code) -> {
        finished(code);
        machine.end(new ExitStatus.Exited(code));
      }
    }
  }

  private Optional<Generation> from() {
    return overNetwork ? Optional.empty() : Optional.of(machine.generation());
  }

  private void stumble(double probability) {
    if (dice.chance(probability)) {
      machine.end(
          dice.chance(0.5)
              ? new ExitStatus.Signalled("stumbled")
              : new ExitStatus.OutOfMemory("stumbled"));
    } else {
      next(memory.next());
    }
  }

  private void checkpoint(Token token, Optional<Waker> waker) {
    memory = memory.calling(token, waker.flatMap(Waker::at));
    Function<GuestCalls, CompletionStage<Reply<Answer.Checkpointed>>> ask =
        calls ->
            calls.checkpoint(
                machine.job(),
                new JobEvent.CheckpointAsked(from(), token, waker, Optional.empty()));
    call(
        "checkpoint " + token,
        ask,
        answer -> {
          ledger.check(
              answer.token().equals(token),
              Promise.PORT_RULES,
              "a call with token %s was answered for %s",
              token,
              answer.token());
          ledger.checkpointAcknowledged(
              machine.job(), token, answer.snapshot(), machine.generation());
          passed(token, answer.wake());
          repeatLate(token, ask);
        });
  }

  private void passed(Token token, Optional<Wake> wake) {
    trace.say("%s: passes %s, woken by %s", machine.life(), token, wake);
    checkWake(token, wake);
    memory = memory.answered(wake);
    durableSignals = memory.signals();
    scheduler.now(machine.life(), this::step);
  }

  private void checkWake(Token token, Optional<Wake> wake) {
    boolean sleeps = !(program.op(memory) instanceof GuestOp.Checkpoint);
    ledger.check(
        wake.isPresent() == sleeps,
        Promise.P5_EVERY_SLEEP_ENDS,
        "%s: %s goes on, woken by %s",
        machine.job(),
        token,
        wake);
    boolean early =
        wake.isPresent()
            && wake.orElseThrow() instanceof Wake.Timer
            && memory.until().filter(scheduler.instant()::isBefore).isPresent();
    ledger.check(
        !early,
        Promise.P5_EVERY_SLEEP_ENDS,
        "%s: %s goes on before its time %s",
        machine.job(),
        token,
        memory.until());
    if (wake.isPresent()
        && wake.orElseThrow() instanceof Wake.BySignal(var signal)
        && program.op(memory) instanceof GuestOp.WaitSignal(var _, String name, var _)) {
      ledger.check(
          name.equals(Waker.ANY_SIGNAL) || name.equals(signal.name()),
          Promise.P5_EVERY_SLEEP_ENDS,
          "%s waited for %s and was woken by %s",
          machine.job(),
          name,
          signal.name());
    }
  }

  /// Networks deliver a request again long after it was answered; the token makes that harmless.
  private void repeatLate(
      Token token, Function<GuestCalls, CompletionStage<Reply<Answer.Checkpointed>>> ask) {
    if (!overNetwork || !dice.chance(machine.stage().trouble().duplicates() * 4)) {
      return;
    }
    for (int copies = dice.between(1, 6); copies > 0; copies--) {
      scheduler.after(NETWORK, dice.upTo(Duration.ofMinutes(3)), () -> repeatedLate(token, ask));
    }
  }

  private void repeatedLate(
      Token token, Function<GuestCalls, CompletionStage<Reply<Answer.Checkpointed>>> ask) {
    boolean settled =
        ledger.job(machine.job()).map(j -> j.onlyForward() && j.isRecorded(token)).orElse(false);
    if (settled) {
      trace.say("%s: the network repeats %s", machine.life(), token);
      client
          .line()
          .ifPresent(open -> {
            var _ = ask.apply(open.calls());
          });
    }
  }

  /// Asks for what is new; again, for everything there still is: the first answer may have been
  /// lost.
  private void takeSignals(Optional<String> name, Duration patience) {
    AtomicBoolean askedBefore = new AtomicBoolean();
    client.call(
        new GuestClient.Call<>(
            "signals",
            true,
            calls -> {
              OptionalInt after =
                  askedBefore.getAndSet(true) ? OptionalInt.of(0) : OptionalInt.empty();
              return calls.signals(
                  machine.job(), new JobEvent.SignalsAsked(from(), name, after, patience));
            },
            this::handed,
            () -> {}));
  }

  private void handed(List<Signal> signals) {
    GuestMemory changed = memory;
    for (Signal signal : signals) {
      ledger.check(
          !durableSignals.contains(signal.sequence()),
          Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
          "%s: signal %d was delivered again after the checkpoint that has it",
          machine.job(),
          signal.sequence());
      changed = changed.handed(signal.sequence());
    }
    next(changed.next());
  }

  private void exit(int code) {
    ExitResult result = new ExitResult(code, new JsonText(memory.output()));
    call(
        "exit",
        calls -> calls.exit(machine.job(), new JobEvent.ExitAsked(from(), result)),
        _ -> {
          ledger.exitAcknowledged(machine.job(), result);
          finished(code);
          if (dice.chance(0.8)) {
            scheduler.after(
                machine.life(),
                dice.upTo(Duration.ofSeconds(15)),
                () -> machine.end(new ExitStatus.Exited(code)));
          }
        });
  }

  private void finished(int code) {
    if (code == 0) {
      ledger.job(machine.job()).ifPresent(j -> j.endedWith(memory, machine.generation()));
    }
  }

  private <T> void call(
      String what, Function<GuestCalls, CompletionStage<Reply<T>>> ask, Consumer<T> done) {
    client.call(new GuestClient.Call<>(what, false, ask, done, () -> next(memory.next())));
  }
}
