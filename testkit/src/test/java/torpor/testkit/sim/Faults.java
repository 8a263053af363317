package torpor.testkit.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.engine.disk.InstanceDirectories;
import torpor.engine.lease.Lease;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.DueJob;
import torpor.engine.store.JobStore;
import torpor.engine.store.Transition;

/// The faults that a run must find: each breaks one port in the way a careless implementation, or a
/// careless engine above it, would.
final class Faults {
  private Faults() {}

  private static Planted store(UnaryOperator<JobStore> wrap) {
    return new Planted() {
      @Override
      public JobStore store(JobStore store) {
        return wrap.apply(store);
      }
    };
  }

  private static Planted directories(UnaryOperator<InstanceDirectories> wrap) {
    return new Planted() {
      @Override
      public InstanceDirectories directories(InstanceDirectories directories) {
        return wrap.apply(directories);
      }
    };
  }

  private static Planted runtime(UnaryOperator<MachineRuntime> wrap) {
    return new Planted() {
      @Override
      public MachineRuntime runtime(MachineRuntime runtime) {
        return wrap.apply(runtime);
      }
    };
  }

  private static Transition with(Transition t, Job next, List<JobChange> changes) {
    return new Transition(
        next, t.expected(), changes, t.happenings(), t.inputs(), t.idempotency(), t.at());
  }

  private static Job inbox(Job job, List<Signal> inbox) {
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        job.tally(),
        job.newest(),
        job.older(),
        job.lastSnapshot(),
        job.locks(),
        job.lastSignal(),
        inbox,
        job.progress(),
        job.state());
  }

  static Planted tokenKeptOnlyInMemory() {
    return store(store ->
        new PassingStore(store) {
          private final Map<JobId, Map<Token, SettledToken>> memory = new HashMap<>();

          @Override
          public CompletionStage<CommitOutcome> commit(Transition t) {
            Map<Token, SettledToken> tokens =
                memory.computeIfAbsent(t.next().id(), _ -> new HashMap<>());
            for (JobChange change : t.changes()) {
              switch (change) {
                case JobChange.TokenSettled(SettledToken settled) ->
                    tokens.put(settled.token(), settled);
                case JobChange.StartedOver _ -> tokens.clear();
                case JobChange.RolledBack(SnapshotNumber to) ->
                    tokens.values().removeIf(settled -> settled.snapshot().compareTo(to) > 0);
                default -> {}
              }
            }
            return super.commit(t);
          }

          @Override
          public CompletionStage<Optional<SettledToken>> token(JobId id, Token token) {
            return CompletableFuture.completedFuture(
                Optional.ofNullable(memory.getOrDefault(id, Map.of()).get(token)));
          }
        });
  }

  static Planted commitAnsweredBeforeItIsDurable() {
    return store(store ->
        new PassingStore(store) {
          @Override
          public CompletionStage<CommitOutcome> commit(Transition t) {
            var _ = super.commit(t);
            return CompletableFuture.completedFuture(
                new CommitOutcome.Committed(t.expected().next(), List.of()));
          }
        });
  }

  static Planted overdueWakesForgottenAtStart() {
    return store(store ->
        new PassingStore(store) {
          @Override
          public CompletionStage<List<DueJob>> due(Instant after, Instant upTo, int limit) {
            return after.equals(Instant.EPOCH)
                ? super.due(upTo.minus(Duration.ofMinutes(1)), upTo, limit)
                : super.due(after, upTo, limit);
          }
        });
  }

  static Planted olderSnapshotRestored() {
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<MachineHandle> restore(MachineRestore r) {
            int older = Math.max(1, r.number().number() - 1);
            Path path = r.snapshot().resolveSibling(Integer.toString(older));
            return super.restore(
                new MachineRestore(r.start(), path, r.number(), r.token(), r.wake()));
          }
        });
  }

  static Planted fencingNotChecked() {
    return new Planted() {
      @Override
      public boolean forgetsFencing() {
        return true;
      }
    };
  }

  static Planted leaseNotWatched() {
    return new Planted() {
      @Override
      public Lease lease(Lease lease) {
        return new Lease() {
          @Override
          public Optional<Duration> length() {
            return Optional.empty();
          }

          @Override
          public CompletionStage<Boolean> renew() {
            return lease.renew();
          }
        };
      }
    };
  }

  static Planted signalAcknowledgedButNotStored() {
    return store(store ->
        new PassingStore(store) {
          @Override
          public CompletionStage<CommitOutcome> commit(Transition t) {
            List<Integer> lost = new ArrayList<>();
            for (JobChange change : t.changes()) {
              if (change instanceof JobChange.SignalAdded(Signal signal)) {
                lost.add(signal.sequence());
              }
            }
            if (lost.isEmpty()) {
              return super.commit(t);
            }
            List<Signal> kept =
                t.next().inbox().stream().filter(s -> !lost.contains(s.sequence())).toList();
            List<JobChange> changes =
                t.changes().stream().filter(c -> !(c instanceof JobChange.SignalAdded)).toList();
            return super.commit(with(t, inbox(t.next(), kept), changes));
          }
        });
  }

  static Planted snapshotAnsweredBeforeItIsDurable() {
    return directories(directories ->
        new PassingDirectories(directories) {
          @Override
          public CompletionStage<Path> publish(JobId job, SnapshotNumber number) {
            var _ = super.publish(job, number);
            return CompletableFuture.completedFuture(snapshot(job, number));
          }
        });
  }

  static Planted reconcilerDoesNothing() {
    return directories(directories ->
        new PassingDirectories(directories) {
          @Override
          public CompletionStage<Void> reconcile(
              JobId job, Set<SnapshotNumber> known, SnapshotNumber last) {
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  static Planted sweepDoesNothing() {
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<Integer> sweep(Set<JobId> known) {
            return CompletableFuture.completedFuture(0);
          }
        });
  }

  static Planted pendingCallNotAnsweredAfterRestore() {
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<MachineHandle> restore(MachineRestore r) {
            return super.restore(
                new MachineRestore(
                    r.start(), r.snapshot(), r.number(), new Token("nobody"), r.wake()));
          }
        });
  }

  static Planted clockRunsFast() {
    return new Planted() {
      @Override
      public InstantSource clock(InstantSource clock) {
        return () -> clock.instant().plusSeconds(5);
      }
    };
  }

  static Planted idempotencyForgotten() {
    return store(store ->
        new PassingStore(store) {
          @Override
          public CompletionStage<CommitOutcome> commit(Transition t) {
            return super.commit(
                new Transition(
                    t.next(),
                    t.expected(),
                    t.changes(),
                    t.happenings(),
                    t.inputs(),
                    Optional.empty(),
                    t.at()));
          }
        });
  }

  static Planted signalDeletedWhenItIsHandedOver() {
    return store(store ->
        new PassingStore(store) {
          @Override
          public CompletionStage<CommitOutcome> commit(Transition t) {
            List<JobChange> changes =
                t.changes().stream()
                    .map(change ->
                        change instanceof JobChange.SignalsMarked(var sequences, boolean taken)
                                && taken
                            ? new JobChange.SignalsRemoved(sequences)
                            : change)
                    .toList();
            return super.commit(with(t, t.next(), changes));
          }
        });
  }

  static Planted frozenMachineNotResumed() {
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<Void> resume(JobId job, Generation generation) {
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  static Planted releaseForgotten() {
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<Void> release(JobId job, Generation generation) {
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  static Planted stagedSnapshotPublishedUnfinished() {
    Set<JobId> seen = new HashSet<>();
    return runtime(runtime ->
        new PassingRuntime(runtime) {
          @Override
          public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
            if (seen.add(target.job())) {
              return super.snapshot(target);
            }
            var _ = super.snapshot(target);
            return CompletableFuture.completedFuture(new SnapshotFacts(1, Optional.empty()));
          }
        });
  }
}
