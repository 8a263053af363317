package torpor.core.job;

import torpor.core.job.Decision.Accepted;

/// What holds for jobs that wait for time alone, and for those that have ended.
final class RestInvariants {
  private RestInvariants() {}

  static void check(Invariants that, JobEvent event, Accepted accepted) {
    due(that, accepted.next());
    ended(that, event, accepted);
  }

  private static void due(Invariants that, Job next) {
    boolean waitsForTime =
        switch (next.state()) {
          case JobState.Suspended s -> s.waker().at().isPresent();
          case JobState.PendingRetry _, JobState.Exiting _ -> true;
          default -> false;
        };
    boolean limited =
        next.deadline().isPresent()
            && switch (next.state().phase()) {
              case PENDING,
                  STARTING,
                  RUNNING,
                  CHECKPOINTING,
                  SUSPENDING,
                  SUSPENDED,
                  RESTORING,
                  PENDING_RETRY ->
                  true;
              case EXITING, TERMINATING, COMPLETED, FAILED, CANCELLED -> false;
            };
    that.require(
        next.due().isPresent() == (waitsForTime || limited),
        "a timer is set exactly where time alone changes the job");
  }

  private static void ended(Invariants that, JobEvent event, Accepted accepted) {
    if (accepted.next().state().phase().kind() != JobPhase.Kind.ENDED) {
      return;
    }
    for (Effect effect : accepted.effects()) {
      boolean tidies =
          switch (effect) {
            case Effect.DropSnapshots _,
                Effect.DropSnapshotsAfter _,
                Effect.DiscardSnapshot _,
                Effect.RemoveDirectory _ ->
                true;
            // What came up although nobody waits for it any more.
            case Effect.KillMachine _ -> event instanceof JobEvent.MachineUp;
            case Effect.StartMachine _,
                Effect.RestoreMachine _,
                Effect.TakeSnapshot _,
                Effect.ResumeMachine _,
                Effect.ReleaseMachine _ ->
                false;
          };
      that.require(tidies, "an ended job does nothing to machines but end those nobody wants");
    }
  }
}
