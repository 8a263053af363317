package torpor.core.job;

import static torpor.core.job.Disk.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.retry.Failure;
import torpor.core.retry.TerminationReason;
import torpor.core.snapshot.SnapshotFacts;

/// The machines of the walks' world, and the lane of effects on them. What was begun is answered
/// some time; a kill overtakes what is in the lane and may find nothing yet.
final class Machines {
  private static final SnapshotFacts FACTS = new SnapshotFacts(1, Optional.empty());

  /// Generation to whether it is frozen.
  final TreeMap<Generation, Boolean> alive = new TreeMap<>();

  final List<Effect> lane = new ArrayList<>();
  private final Disk disk;

  Machines(Disk disk) {
    this.disk = disk;
  }

  static MachineHandle handle(Generation generation) {
    return new MachineHandle("machine " + generation);
  }

  /// Carries out the head of the lane, or a kill from anywhere in it.
  ///
  /// @param smooth whether everything that can go well does
  Optional<JobEvent> act(SplittableRandom random, boolean smooth) {
    if (lane.isEmpty()) {
      return Optional.empty();
    }
    int picked = 0;
    List<Integer> kills = new ArrayList<>();
    for (int i = 0; i < lane.size(); i++) {
      if (lane.get(i) instanceof Effect.KillMachine) {
        kills.add(i);
      }
    }
    if (!kills.isEmpty() && random.nextBoolean()) {
      picked = kills.get(random.nextInt(kills.size()));
    }
    return carryOut(lane.remove(picked), random, smooth);
  }

  private Optional<JobEvent> carryOut(Effect effect, SplittableRandom random, boolean smooth) {
    boolean fails = !smooth && random.nextInt(4) == 0;
    return switch (effect) {
      case Effect.StartMachine(Generation generation) ->
          Optional.of(birth(generation, fails, TerminationReason.START_FAILED, random));
      case Effect.RestoreMachine(Generation generation, var snapshot) -> {
        check(
            disk.files.contains(snapshot.number().number()),
            "P2: what is being restored is on disk");
        yield Optional.of(birth(generation, fails, TerminationReason.RESTORE_FAILED, random));
      }
      case Effect.TakeSnapshot take -> Optional.of(snapshot(take, fails, random));
      case Effect.ResumeMachine resume -> {
        alive.computeIfPresent(resume.generation(), (_, _) -> false);
        yield Optional.empty();
      }
      case Effect.ReleaseMachine release -> {
        alive.remove(release.generation());
        yield Optional.empty();
      }
      case Effect.KillMachine kill -> {
        alive.remove(kill.generation());
        yield Optional.of(new JobEvent.MachineKilled(kill.generation()));
      }
      case Effect.DropSnapshots(var below) -> {
        disk.files.removeIf(number -> number < below.number());
        yield Optional.empty();
      }
      case Effect.DropSnapshotsAfter(var last) -> {
        disk.files.removeIf(number -> number > last.number());
        yield Optional.empty();
      }
      case Effect.DiscardSnapshot(var number) -> {
        disk.files.remove(number.number());
        yield Optional.empty();
      }
      case Effect.RemoveDirectory _ -> {
        disk.files.clear();
        yield Optional.empty();
      }
    };
  }

  private JobEvent birth(
      Generation generation, boolean fails, TerminationReason reason, SplittableRandom random) {
    if (fails) {
      TerminationReason why = random.nextInt(5) == 0 ? TerminationReason.IMAGE_ERROR : reason;
      return new JobEvent.MachineNotUp(generation, Failure.of(why, "no"));
    }
    check(!alive.containsKey(generation), "P6: one generation is born once");
    alive.put(generation, false);
    return new JobEvent.MachineUp(generation, handle(generation));
  }

  private JobEvent snapshot(Effect.TakeSnapshot take, boolean fails, SplittableRandom random) {
    boolean there = alive.containsKey(take.generation());
    if (fails || !there) {
      boolean lost = !there || random.nextBoolean();
      if (lost) {
        alive.remove(take.generation());
      } else {
        alive.put(take.generation(), true);
      }
      return new JobEvent.SnapshotFailed(take.generation(), take.number(), Samples.NO_SPACE, lost);
    }
    alive.put(take.generation(), true);
    disk.files.add(take.number().number());
    return new JobEvent.SnapshotTaken(take.generation(), take.number(), FACTS);
  }

  /// One of the machines ends by itself.
  Optional<JobEvent> die(SplittableRandom random) {
    if (alive.isEmpty()) {
      return Optional.empty();
    }
    Generation generation = anyAlive(random);
    // A frozen program cannot end by itself, its machine can be lost.
    List<ExitStatus> ways = Samples.exits();
    ExitStatus how = isFrozen(generation) ? ways.getLast() : ways.get(random.nextInt(ways.size()));
    alive.remove(generation);
    return Optional.of(new JobEvent.MachineEnded(generation, how));
  }

  boolean isFrozen(Generation generation) {
    return alive.getOrDefault(generation, false);
  }

  Generation anyAlive(SplittableRandom random) {
    return List.copyOf(alive.keySet()).get(random.nextInt(alive.size()));
  }

  /// The daemon is gone and with it what it was about to do; machines may go on without it.
  void crash(SplittableRandom random) {
    lane.clear();
    if (random.nextBoolean()) {
      alive.clear();
    }
  }

  /// What a new daemon finds, after clearing away what does not belong to the recorded life.
  JobEvent found(Job job, SplittableRandom random) {
    boolean recorded = job.state().machineHeld().isPresent();
    boolean there = alive.containsKey(job.generation()) && (recorded || random.nextBoolean());
    alive.keySet().removeIf(generation -> !there || !generation.equals(job.generation()));
    return there
        ? new JobEvent.FoundAlive(handle(job.generation()))
        : new JobEvent.FoundGone("the daemon ended");
  }
}
