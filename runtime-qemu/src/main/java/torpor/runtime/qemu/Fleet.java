package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.SnapshotTarget.ParentSnapshot;
import torpor.runtime.qemu.machine.Freezer;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.snapshot.SnapshotCheck;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.MachineName;

/// The machines of one owner. Thread-safe; every method returns at once, and fails with a
/// [torpor.engine.machine.MachineFailure] and nothing else.
///
/// One machine is worked on by one thread at a time, but for its end, which may come from anywhere.
final class Fleet {
  private static final Logger log = LoggerFactory.getLogger(Fleet.class);

  private final QemuHost host;
  private final String owner;
  private final Lives lives;
  private final Freezer freezer;
  private final Remains remains;
  private final Adoptions adoptions;
  private final Map<String, Birth> underWay = new ConcurrentHashMap<>();

  Fleet(QemuHost host, String owner) {
    this.host = host;
    this.owner = owner;
    this.lives = new Lives(host.threads());
    this.freezer = new Freezer(host.clock(), host.care().uses(), host.care().seen());
    this.remains = new Remains(owner, host.exits(), host.cgroups());
    this.adoptions = new Adoptions(host, lives, remains);
  }

  MachineName name(String machine, int generation) {
    return new MachineName(owner, machine, generation);
  }

  CompletableFuture<MachineHandle> start(Order order) {
    return bear(
        order,
        "start the machine " + order.place().name().machine(),
        birth -> host.births().start(order, birth));
  }

  CompletableFuture<MachineHandle> restore(Order order, Path snapshot) {
    return bear(
        order,
        "restore the machine %s from its snapshot %s"
            .formatted(order.place().name().machine(), snapshot.getFileName()),
        birth -> host.births().restore(order, snapshot, birth));
  }

  @FunctionalInterface
  private interface Bearing {
    Machine bear(Birth birth) throws IOException, InterruptedException;
  }

  private CompletableFuture<MachineHandle> bear(Order order, String attempted, Bearing bearing) {
    MachineName name = order.place().name();
    Birth birth = new Birth(attempted, name.generation());
    underWay.put(name.machine(), birth);
    if (!run(() -> bear(order, birth, bearing))) {
      underWay.remove(name.machine(), birth);
      birth.answer().completeExceptionally(Failures.stopping(attempted));
    }
    return birth.answer();
  }

  private void bear(Order order, Birth birth, Bearing bearing) {
    MachineName name = order.place().name();
    Lives.Life life;
    try {
      life = lives.add(bearing.bear(birth), order.ended());
    } catch (IOException | InterruptedException | RuntimeException failed) {
      over(name, birth);
      birth
          .answer()
          .completeExceptionally(
              birth.isCalledOff()
                  ? birth.calledOff()
                  : Failures.of(birth.attempted(), failed, false));
      return;
    }
    over(name, birth);
    if (birth.isCalledOff()) {
      lives.take(name.machine(), name.generation());
      end(life, Duration.ZERO);
      birth.answer().completeExceptionally(birth.calledOff());
      return;
    }
    birth.answer().complete(QemuHandle.of(life.machine().vmm().process()).toHandle());
    life.listen();
  }

  private void over(MachineName name, Birth birth) {
    underWay.remove(name.machine(), birth);
    birth.over().complete(null);
  }

  CompletableFuture<SnapshotFacts> snapshot(
      MachineName name, Path staging, Optional<ParentSnapshot> parent, boolean goesOn) {
    String attempted = "snapshot the machine " + name.machine();
    Optional<Lives.Life> life = find(name);
    if (life.isEmpty()) {
      return CompletableFuture.failedFuture(
          Failures.of(attempted, new IOException("it does not run"), true));
    }
    return answer(
        life.get().turn(),
        attempted,
        () -> {
          Machine machine = life.get().machine();
          boolean stood = machine.isPaused();
          boolean shared = machine.hasSharedDisk();
          try {
            SnapshotFacts facts = freezer.freeze(machine, staging, parent, goesOn && !stood);
            host.upkeep().taken(staging.resolveSibling("").normalize());
            return facts;
          } catch (IOException | InterruptedException | RuntimeException failed) {
            if (!shared) {
              machine.diskIsItsOwn();
            }
            throw Failures.of(attempted, failed, !goesOn(machine, stood));
          }
        });
  }

  /// One whose QEMU does not answer is ended: it counts as lost. A guest that does not answer may
  /// wait for its disk to have room again, and goes on by itself then: what lets its programs go on
  /// waits for it.
  ///
  /// @param stood whether it is to stand still, as before
  /// @return whether it is as before, or will be
  private boolean goesOn(Machine machine, boolean stood) {
    try {
      machine.demandAnswer();
    } catch (IOException lost) {
      log.warn("{} has no QEMU any more after a failed snapshot", machine.place().name(), lost);
      // A daemon that is stopping has only stopped to listen.
      if (!Thread.currentThread().isInterrupted()) {
        end(machine);
      }
      return false;
    }
    try {
      if (!stood) {
        machine.resume(host.clock());
      }
    } catch (IOException slow) {
      log.warn("{} is slow to go on after a failed snapshot", machine.place().name(), slow);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private static void end(Machine machine) {
    try {
      machine.end();
    } catch (IOException stillThere) {
      log.warn("{} does not end", machine.place().name(), stillThere);
    }
  }

  /// Compares a whole snapshot with its checksums; nothing of it is deleted meanwhile.
  CompletableFuture<Void> check(Path snapshot) {
    return answer(
            host.threads(),
            "find the snapshot whole",
            () -> {
              try (var _ = host.care().uses().reading(snapshot)) {
                return SnapshotCheck.check(snapshot, host.threads()::isShutdown);
              }
            })
        .thenAccept(_ -> {});
  }

  /// What snapshots occupy by themselves now. One that cannot be looked at is left out, and it
  /// never fails.
  <N> CompletableFuture<Map<N, Long>> storedBytes(Map<N, Path> snapshots) {
    return answer(
            host.threads(),
            "look at snapshots",
            () -> {
              Map<N, Long> stored = new HashMap<>();
              snapshots.forEach((number, directory) ->
                  ownBytes(directory).ifPresent(bytes -> stored.put(number, bytes)));
              return Map.copyOf(stored);
            })
        .exceptionally(_ -> Map.of());
  }

  private static OptionalLong ownBytes(Path snapshot) {
    try {
      return OptionalLong.of(SnapshotDirectory.manifest(snapshot).ownBytes());
    } catch (IOException damaged) {
      log.debug("{} cannot be looked at", snapshot, damaged);
      return OptionalLong.empty();
    }
  }

  /// Restores a snapshot where nobody can see it; see [Rehearsals].
  CompletableFuture<Rehearsal> rehearse(Path snapshot) {
    return host.rehearsals().rehearse(snapshot);
  }

  CompletableFuture<Void> pause(MachineName name) {
    return onTurn(name, "pause", machine -> machine.pause(false));
  }

  CompletableFuture<Void> resume(MachineName name) {
    return onTurn(name, "resume", machine -> machine.resume(host.clock()));
  }

  @FunctionalInterface
  private interface Work {
    void on(Machine machine) throws IOException, InterruptedException;
  }

  /// Nothing to do is success.
  private CompletableFuture<Void> onTurn(MachineName name, String verb, Work work) {
    Optional<Lives.Life> life = find(name);
    if (life.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return answer(
            life.get().turn(),
            verb + " the machine " + name.machine(),
            () -> {
              work.on(life.get().machine());
              return true;
            })
        .thenAccept(_ -> {});
  }

  /// The machine of that very generation.
  Optional<Machine> machine(MachineName name) {
    return find(name).map(Lives.Life::machine);
  }

  /// The machine that runs, of whatever generation.
  Optional<Machine> machine(String machine) {
    return lives.find(machine).map(Lives.Life::machine);
  }

  private Optional<Lives.Life> find(MachineName name) {
    return lives
        .find(name.machine())
        .filter(life -> life.machine().place().name().generation() == name.generation());
  }

  /// Ends a machine and what there is of earlier generations. The mark in the command line finds
  /// them; whoever has it does not need to know more.
  CompletableFuture<Void> kill(MachineName last, Duration grace) {
    return answer(
            host.threads(),
            "end the machine " + last.machine(),
            () -> {
              Optional<Birth> birth =
                  Optional.ofNullable(underWay.get(last.machine()))
                      .filter(found -> found.generation() <= last.generation());
              boolean half = birth.isPresent() && birth.get().callOff();
              Optional<Lives.Life> life = lives.take(last.machine(), last.generation());
              life.ifPresent(found -> end(found, grace));
              remains.endProcesses(name -> Remains.isUpTo(name, last));
              remains.removeCgroups(name -> Remains.isUpTo(name, last));
              if (half) {
                birth.get().over().get(Remains.END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
                remains.endProcesses(name -> Remains.isUpTo(name, last));
                remains.removeCgroups(name -> Remains.isUpTo(name, last));
              }
              return true;
            })
        .thenAccept(_ -> {});
  }

  private static void end(Lives.Life life, Duration grace) {
    Machine machine = life.machine();
    if (grace.isPositive() && !machine.isPaused()) {
      machine.askToEnd(grace);
    }
    end(machine);
    machine.clear();
  }

  /// Finds a machine of an earlier daemon again; see [Adoptions#adopt].
  CompletableFuture<Optional<Adoptions.Adopted>> adopt(
      Place place,
      Optional<MachineHandle> handle,
      boolean leavePaused,
      Consumer<ExitStatus> ended) {
    return adoptions.adopt(place, handle, leavePaused, ended);
  }

  /// Ends all machines but these.
  ///
  /// @return how many
  CompletableFuture<Integer> sweep(Set<String> known) {
    return answer(
        host.threads(),
        "end machines that belong to nobody",
        () -> {
          Set<String> ended = new HashSet<>();
          for (Lives.Life life : lives.takeAllBut(known)) {
            end(life, Duration.ZERO);
            ended.add(life.machine().place().name().machine());
          }
          Predicate<MachineName> nobodys =
              name -> !known.contains(name.machine()) && !QemuHost.isNobodys(name);
          ended.addAll(remains.endProcesses(nobodys));
          remains.removeCgroups(nobodys);
          return ended.size();
        });
  }

  /// Machines go on, unheard.
  void leaveAll() {
    lives.takeAllBut(Set.of()).forEach(life -> life.machine().leave());
  }

  private boolean run(Runnable work) {
    try {
      host.threads().execute(work);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  private static <T> CompletableFuture<T> answer(
      Executor executor, String attempted, Callable<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> {
        try {
          answer.complete(work.call());
        } catch (Exception failed) {
          answer.completeExceptionally(Failures.of(attempted, failed, false));
        }
      });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(Failures.stopping(attempted));
    }
    return answer;
  }
}
