package torpor.core.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.core.job.Decision.Accepted;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;

/// What holds for what was handed to a life: its signals and its locks.
final class InboxInvariants {
  private InboxInvariants() {}

  static void check(Invariants that, Job before, Accepted accepted) {
    newLife(that, before, accepted);
    signals(that, before, accepted);
  }

  private static void newLife(Invariants that, Job before, Accepted accepted) {
    if (accepted.next().generation().equals(before.generation())) {
      return;
    }
    that.require(accepted.next().locks().isEmpty(), "no lock outlives the life that took it");
    that.require(
        accepted.next().inbox().stream().noneMatch(Signal::taken),
        "a new life gets again what the last one took since its snapshot");
  }

  private static void signals(Invariants that, Job before, Accepted accepted) {
    Set<Integer> had = sequences(before.inbox());
    Set<Integer> has = sequences(accepted.next().inbox());
    Set<Integer> removed =
        Invariants.changes(accepted, JobChange.SignalsRemoved.class)
            .flatMap(c -> c.sequences().stream())
            .collect(Collectors.toSet());
    Set<Integer> added =
        Invariants.changes(accepted, JobChange.SignalAdded.class)
            .map(c -> c.signal().sequence())
            .collect(Collectors.toSet());
    Set<Integer> gone = new HashSet<>(had);
    gone.removeAll(has);
    Set<Integer> come = new HashSet<>(has);
    come.removeAll(had);
    that.require(gone.equals(removed), "every signal that goes has its row removed");
    that.require(come.equals(added), "every signal that comes has its row added");
    that.require(
        gone.isEmpty() || Invariants.has(accepted, JobChange.SnapshotRecorded.class),
        "signals are gone for good only with a new snapshot");
    Set<Integer> wakers =
        Invariants.changes(accepted, JobChange.TokenSettled.class)
            .flatMap(c -> c.settled().wake().stream())
            .flatMap(w -> w instanceof Wake.BySignal(Signal s) ? Stream.of(s) : Stream.empty())
            .map(Signal::sequence)
            .collect(Collectors.toSet());
    that.require(
        before.inbox().stream()
            .filter(s -> gone.contains(s.sequence()))
            .allMatch(s -> s.taken() || wakers.contains(s.sequence())),
        "a signal is gone only when it was taken or was the wake");
    for (Signal now : accepted.next().inbox()) {
      boolean flipped =
          before.inbox().stream()
              .anyMatch(s -> s.sequence() == now.sequence() && s.taken() != now.taken());
      that.require(
          !flipped
              || Invariants.changes(accepted, JobChange.SignalsMarked.class)
                  .anyMatch(
                      c -> c.taken() == now.taken() && c.sequences().contains(now.sequence())),
          "a signal handed out or taken back has its row marked");
    }
  }

  private static Set<Integer> sequences(List<Signal> signals) {
    return signals.stream().map(Signal::sequence).collect(Collectors.toSet());
  }
}
