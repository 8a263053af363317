package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import torpor.core.instance.Hop;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.InstanceRules;
import torpor.core.instance.InstanceState;
import torpor.core.instance.InstanceStates;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Reply;
import torpor.core.retry.RetryFrom;
import torpor.core.snapshot.SnapshotNumber;

/// Every accepted event moves the job's instance by legal single hops, each of which the event or
/// the decision accounts for.
class NoJobMakesItsInstanceJumpTest {

  @Test
  void everyAcceptedEventMovesTheInstanceByHopsThatItAccountsFor() {
    Set<String> moves = new HashSet<>();
    AllCases.forEach((job, event, _, decision) -> {
      Decision outcome = decision instanceof Decision.Deferred wait ? wait.otherwise() : decision;
      if (outcome instanceof Decision.Accepted accepted) {
        InstanceState from = InstanceStates.of(job);
        InstanceState to = implied(accepted);
        moves.add(from.phase() + "→" + to.phase());
        if (!same(from, to) && !reachable(from, to, hopsOf(event, accepted))) {
          fail("%s made the instance jump from %s to %s%n  %s", event, from, to, job);
        }
      }
    });
    assertThat(moves).contains("PAUSED→STANDBY", "STANDBY→RUNNING", "RUNNING→STOPPED");
  }

  private static InstanceState implied(Decision.Accepted accepted) {
    return accepted.changes().stream().anyMatch(c -> c instanceof JobChange.Removed)
        ? new InstanceState.Deleted()
        : InstanceStates.of(accepted.next());
  }

  private static boolean reachable(InstanceState from, InstanceState to, List<Hop> hops) {
    Set<InstanceState> seen = new HashSet<>();
    Deque<InstanceState> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      InstanceState state = open.remove();
      if (same(state, to)) {
        return true;
      }
      if (seen.add(state)) {
        for (Hop hop : hops) {
          if (InstanceRules.hop(state, hop) instanceof Reply.Done<InstanceState>(var next)) {
            open.add(next);
          }
        }
      }
    }
    return false;
  }

  /// The same machine may be known under another handle after an adoption, and the same snapshot
  /// with the wake from it.
  private static boolean same(InstanceState a, InstanceState b) {
    return a.phase() == b.phase() && snapshotOf(a).equals(snapshotOf(b));
  }

  private static Optional<SnapshotNumber> snapshotOf(InstanceState state) {
    return state instanceof InstanceState.Standby(var snapshot)
        ? Optional.of(snapshot.number())
        : Optional.empty();
  }

  /// What this event and decision can have done to the machine.
  private static List<Hop> hopsOf(JobEvent event, Decision.Accepted accepted) {
    List<Hop> hops = new ArrayList<>();
    Optional<MachineHandle> appeared =
        switch (event) {
          case JobEvent.MachineUp up -> Optional.of(up.machine());
          case JobEvent.FoundAlive found -> Optional.of(found.machine());
          default -> Optional.empty();
        };
    appeared.ifPresent(machine ->
        hops.addAll(
            List.of(
                new Hop.Make(machine),
                new Hop.Boot(),
                new Hop.BringBack(machine),
                new Hop.Resume())));
    if (saysThatItIsGone(event)) {
      hops.add(new Hop.PowerOff(new ExitStatus.Lost("gone")));
      hops.add(new Hop.TakeDown());
    }
    for (Effect effect : accepted.effects()) {
      switch (effect) {
        case Effect.TakeSnapshot _ -> hops.add(new Hop.Pause());
        // A kill ends a standstill as surely as it ends a run.
        case Effect.ResumeMachine _, Effect.KillMachine _ -> hops.add(new Hop.Resume());
        case Effect.ReleaseMachine _ ->
            hops.add(new Hop.PutAway(accepted.next().newest().orElseThrow()));
        case Effect.StartMachine _,
            Effect.RestoreMachine _,
            Effect.DropSnapshots _,
            Effect.DropSnapshotsAfter _,
            Effect.DiscardSnapshot _ -> {}
        case Effect.RemoveDirectory _ -> hops.add(new Hop.Delete());
      }
    }
    if (givesUpItsMemory(accepted)) {
      hops.add(new Hop.Forget());
    }
    accepted.next().newest().map(Hop.FallBack::new).ifPresent(hops::add);
    return hops;
  }

  private static boolean saysThatItIsGone(JobEvent event) {
    return switch (event) {
      case JobEvent.MachineEnded _, JobEvent.MachineKilled _, JobEvent.FoundGone _ -> true;
      case JobEvent.SnapshotFailed failed -> failed.machineLost();
      default -> false;
    };
  }

  private static boolean givesUpItsMemory(Decision.Accepted accepted) {
    boolean willStartOver =
        accepted.next().state() instanceof JobState.PendingRetry s && s.from() == RetryFrom.START;
    return willStartOver
        || accepted.changes().stream()
            .anyMatch(change ->
                change instanceof JobChange.StartedOver
                    || change instanceof JobChange.RolledBack
                    || change instanceof JobChange.SnapshotsForgotten);
  }

  @Test
  void aSleepingJobsInstanceIsInStandbyAndAnEndedJobsHasNoMachine() {
    for (Job job : Samples.jobs()) {
      InstancePhase phase = InstanceStates.of(job).phase();
      boolean machine =
          Stream.of(InstancePhase.CREATED, InstancePhase.RUNNING, InstancePhase.PAUSED)
              .anyMatch(phase::equals);
      assertThat(machine).isEqualTo(job.state().machineHeld().isPresent());
      if (job.state() instanceof JobState.Suspended) {
        assertThat(phase).isEqualTo(InstancePhase.STANDBY);
      }
    }
  }
}
