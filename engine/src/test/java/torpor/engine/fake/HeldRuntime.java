package torpor.engine.fake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// A runtime that notes what it is asked and answers when the test does.
///
/// Births and snapshots are answered by completing what is in [#births] and [#snapshots]; kills
/// succeed at once unless an answer was laid into [#killAnswers], and so do adoptions and sweeps,
/// which find nothing.
public final class HeldRuntime implements MachineRuntime {
  public static final RuntimeName NAME = new RuntimeName("held");

  public final List<CompletableFuture<MachineHandle>> births = new ArrayList<>();
  public final List<CompletableFuture<SnapshotFacts>> snapshots = new ArrayList<>();
  public final List<String> kills = new ArrayList<>();
  public final Queue<CompletableFuture<Void>> killAnswers = new ArrayDeque<>();
  public final Queue<CompletableFuture<Optional<MachineHandle>>> adoptAnswers = new ArrayDeque<>();
  public final Queue<CompletableFuture<Integer>> sweepAnswers = new ArrayDeque<>();

  private <T> CompletableFuture<T> held(List<CompletableFuture<T>> line) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    line.add(answer);
    return answer;
  }

  @Override
  public RuntimeName name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        true, true, true, false, true, false, "none", Optional.empty(), List.of());
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return CompletableFuture.completedFuture(Reply.done(config));
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return held(births);
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return held(births);
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return held(snapshots);
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    kills.add(
        "g%s %s".formatted(generation, machine.map(MachineHandle::toString).orElse("whatever")));
    return killAnswers.isEmpty() ? CompletableFuture.completedFuture(null) : killAnswers.remove();
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return adoptAnswers.isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : adoptAnswers.remove();
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return sweepAnswers.isEmpty() ? CompletableFuture.completedFuture(0) : sweepAnswers.remove();
  }

  @Override
  public void close() {}
}
