package torpor.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.JobView;
import torpor.engine.caller.Jobs;
import torpor.engine.caller.SpawnRequest;
import torpor.engine.caller.Spawned;
import torpor.engine.store.JobInputs;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoreFailure;

/// People and programs outside. They ask at random, of whichever daemon they reach, and repeat what
/// was not answered.
final class Callers {
  private record Spawn(Definition definition, Optional<IdempotentRequest> request) {}

  private record Sent(JobId job, String name, IdempotentRequest request) {}

  private final SimWorld world;
  private final Dice dice;
  private final Ledger ledger;
  private final List<Spawn> wanted = new ArrayList<>();
  private final List<Spawn> repeatable = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private final Map<String, Integer> sequences = new HashMap<>();
  private final List<JobId> known = new ArrayList<>();
  private int keys;
  private boolean stopped;

  Callers(SimWorld world) {
    this.world = world;
    this.dice = world.dice();
    this.ledger = world.ledger();
    for (int i = 0; i < world.plan().spawns(); i++) {
      Definition definition = world.definitions().get(i % world.definitions().size());
      wanted.add(new Spawn(definition, dice.chance(0.6) ? key("spawn") : Optional.empty()));
    }
  }

  private Optional<IdempotentRequest> key(String route) {
    String key = route + "/" + ++keys;
    return Optional.of(new IdempotentRequest(key, "fingerprint of " + key));
  }

  void begin() {
    next();
  }

  void stop() {
    stopped = true;
  }

  private void next() {
    if (stopped) {
      return;
    }
    world
        .scheduler()
        .after(
            world.life(),
            dice.upTo(Duration.ofSeconds(6)),
            () -> {
              world.reachable().ifPresent(daemon -> dice.asking(() -> act(daemon)));
              next();
            });
  }

  private void act(Daemon daemon) {
    if (!wanted.isEmpty() && dice.chance(0.6)) {
      spawn(daemon, wanted.removeFirst());
    } else if (!repeatable.isEmpty() && dice.chance(0.2)) {
      spawn(daemon, dice.pick(repeatable));
    } else if (!known.isEmpty() && world.plan().meddling()) {
      meddle(daemon, dice.pick(known));
    }
  }

  private <T> void ask(
      Daemon daemon, String what, CompletionStage<Reply<T>> asked, Consumer<T> done) {
    world.trace().say("caller asks %s: %s", daemon.life(), what);
    var _ =
        asked.whenComplete((reply, failure) -> {
          if (!daemon.life().alive()) {
            return;
          }
          if (reply instanceof Reply.Done<T>(T value)) {
            world.trace().say("caller is told: %s: done", what);
            done.accept(value);
          } else if (reply instanceof Reply.Refused<T>(Refusal why)) {
            world.trace().say("caller is told: %s: %s", what, why.detail());
            ledger.check(
                why.code() != RefusalCode.INTERNAL,
                Promise.PORT_RULES,
                "%s: %s",
                what,
                why.detail());
          } else {
            ledger.check(
                failure != null && causedByStore(failure),
                Promise.PORT_RULES,
                "%s: %s",
                what,
                failure);
          }
        });
  }

  /// Reads are not wrapped in refusals by the engine: the API does that.
  private static boolean causedByStore(Throwable failure) {
    return failure instanceof StoreFailure || failure.getCause() instanceof StoreFailure;
  }

  private void spawn(Daemon daemon, Spawn spawn) {
    if (spawn.request().isPresent() && !repeatable.contains(spawn)) {
      repeatable.add(spawn);
    }
    Jobs jobs = daemon.engine().jobs();
    SpawnRequest request =
        new SpawnRequest(
            spawn.definition().name(),
            "latest",
            new JobInputs(JsonText.NULL, Map.of(), Map.of()),
            Optional.empty(),
            spawn.request());
    ask(
        daemon,
        "spawn " + spawn.definition().name() + " " + spawn.request().map(r -> r.key()),
        jobs.spawn(request),
        (Spawned spawned) -> {
          ledger.spawnAcknowledged(spawned.id(), spawn.request().map(r -> r.key()));
          if (!known.contains(spawned.id())) {
            known.add(spawned.id());
          }
        });
  }

  private void meddle(Daemon daemon, JobId id) {
    Jobs jobs = daemon.engine().jobs();
    switch (dice.below(20)) {
      case 0, 1, 2, 3, 4, 5 -> {
        String name = dice.pick(GuestProgram.SIGNALS);
        Optional<IdempotentRequest> request = dice.chance(0.5) ? key("signal") : Optional.empty();
        request.ifPresent(r -> sent.add(new Sent(id, name, r)));
        signal(daemon, id, name, request);
      }
      case 6 -> {
        if (!sent.isEmpty()) {
          Sent again = dice.pick(sent);
          signal(daemon, again.job(), again.name(), Optional.of(again.request()));
        }
      }
      case 7, 8, 9 -> ask(daemon, "wake " + id, jobs.wake(id, Optional.empty()), _ -> {});
      case 10 -> {
        if (dice.chance(0.3)) {
          ask(
              daemon,
              "cancel " + id,
              jobs.cancel(id, "somebody", Optional.empty()),
              view -> cancelled(view, id));
        }
      }
      case 11, 12 -> retry(daemon, id);
      case 13 -> {
        if (dice.chance(0.3)) {
          ask(daemon, "remove " + id, jobs.remove(id), _ -> removed(id));
        }
      }
      case 14, 15, 16 ->
          ask(
              daemon,
              "result of " + id,
              jobs.awaitEnd(id, dice.upTo(Duration.ofSeconds(60))),
              this::seen);
      case 17 -> ask(daemon, "snapshots of " + id, jobs.snapshots(id), _ -> {});
      case 18 -> {
        listen(daemon, id);
        if (dice.chance(world.plan().trouble().crash() * 10)) {
          world.stopNow();
        }
      }
      default -> ask(daemon, "get " + id, jobs.get(id), this::seen);
    }
  }

  private void signal(Daemon daemon, JobId id, String name, Optional<IdempotentRequest> request) {
    ask(
        daemon,
        "signal %s to %s %s".formatted(name, id, request.map(r -> r.key())),
        daemon.engine().jobs().signal(id, name, JsonText.NULL, request),
        sequence -> {
          ledger.signalAcknowledged(id, sequence);
          request.ifPresent(r -> {
            Integer first = sequences.putIfAbsent(r.key(), sequence);
            ledger.check(
                first == null || first.equals(sequence),
                Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
                "one signal request made two signals, %s and %s",
                first,
                sequence);
          });
        });
  }

  private void retry(Daemon daemon, JobId id) {
    Jobs jobs = daemon.engine().jobs();
    if (dice.chance(0.2)) {
      ledger.job(id).ifPresent(JobLedger::allowStartOver);
      ask(
          daemon,
          "retry %s from the start".formatted(id),
          jobs.retry(id, true, Optional.empty(), Optional.empty()),
          _ -> {});
    } else if (dice.chance(0.4)) {
      ask(daemon, "snapshots of " + id, jobs.snapshots(id), found -> retryFrom(daemon, id, found));
    } else {
      ask(
          daemon,
          "retry " + id,
          jobs.retry(id, false, Optional.empty(), Optional.empty()),
          _ -> {});
    }
  }

  private void retryFrom(Daemon daemon, JobId id, List<SnapshotRecord> found) {
    if (found.isEmpty()) {
      return;
    }
    SnapshotNumber number = dice.pick(found).ref().number();
    ledger.job(id).ifPresent(job -> job.allowRollBack(number));
    ask(
        daemon,
        "retry %s from %s".formatted(id, number),
        daemon.engine().jobs().retry(id, false, Optional.of(number), Optional.empty()),
        _ -> {});
  }

  private void listen(Daemon daemon, JobId id) {
    var _ =
        daemon
            .engine()
            .jobs()
            .happenings(Optional.of(id), 0, 100, dice.upTo(Duration.ofSeconds(20)))
            .whenComplete((lines, _) -> {
              if (daemon.life().alive() && lines != null) {
                for (int i = 1; i < lines.size(); i++) {
                  ledger.check(
                      lines.get(i).sequence() > lines.get(i - 1).sequence(),
                      Promise.PORT_RULES,
                      "the history of %s is out of order",
                      id);
                }
              }
            });
  }

  private void cancelled(JobView view, JobId id) {
    JobState state = view.job().state();
    ledger.check(
        state instanceof JobState.Cancelled || state instanceof JobState.Terminating,
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "%s was cancelled and is %s",
        id,
        state.phase().text());
  }

  private void removed(JobId id) {
    ledger.check(
        ledger.job(id).map(JobLedger::removed).orElse(false),
        Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
        "the removal of %s was acknowledged and is not durable",
        id);
  }

  private void seen(JobView view) {
    if (view.job().state() instanceof JobState.Completed(var result, var _)) {
      ledger.check(
          ledger.job(view.job().id()).flatMap(JobLedger::result).filter(result::equals).isPresent(),
          Promise.P3_ACKNOWLEDGED_MEANS_DURABLE,
          "%s was shown a result that is not durable",
          view.job().id());
    }
  }

  /// While healing: spawns what is still wanted, and ends every sleep that waits for somebody.
  void comfort() {
    world
        .open()
        .ifPresent(daemon -> {
          while (!wanted.isEmpty()) {
            spawn(daemon, wanted.removeFirst());
          }
          for (var job : world.jobs()) {
            if (job.state() instanceof JobState.Suspended s && s.waker().at().isEmpty()) {
              ask(
                  daemon,
                  "wake " + job.id(),
                  daemon.engine().jobs().wake(job.id(), Optional.empty()),
                  _ -> {});
            }
          }
        });
  }

  boolean satisfied() {
    return wanted.isEmpty();
  }
}
