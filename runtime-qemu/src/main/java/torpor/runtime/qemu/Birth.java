package torpor.runtime.qemu;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import torpor.core.machine.MachineHandle;
import torpor.engine.machine.MachineFailure;

/// A machine that is being started or restored. It can be called off at any time: before it has a
/// process it never gets one, after that whoever calls it off ends the process.
final class Birth {
  private enum Stage {
    PREPARING,
    UNDER_WAY,
    CALLED_OFF
  }

  private final String attempted;
  private final int generation;
  private final CompletableFuture<MachineHandle> answer = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.PREPARING);

  Birth(String attempted, int generation) {
    this.attempted = attempted;
    this.generation = generation;
  }

  String attempted() {
    return attempted;
  }

  int generation() {
    return generation;
  }

  CompletableFuture<MachineHandle> answer() {
    return answer;
  }

  /// Completes when nothing more is done for it.
  CompletableFuture<Void> over() {
    return over;
  }

  /// From here on there may be a process.
  void getUnderWay() {
    if (!stage.compareAndSet(Stage.PREPARING, Stage.UNDER_WAY)) {
      throw calledOff();
    }
  }

  /// @return whether there may be a process by now
  boolean callOff() {
    boolean before = stage.compareAndSet(Stage.PREPARING, Stage.CALLED_OFF);
    if (before) {
      answer.completeExceptionally(calledOff());
      over.complete(null);
    } else {
      stage.set(Stage.CALLED_OFF);
    }
    return !before;
  }

  boolean isCalledOff() {
    return stage.get() == Stage.CALLED_OFF;
  }

  MachineFailure calledOff() {
    return Failures.cancelled(attempted);
  }
}
