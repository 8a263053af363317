package torpor.runtime.qemu;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.host.file.FileTrees;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;

/// Takes over the machines that an earlier daemon has left. Thread-safe; returns at once, and fails
/// with a [torpor.engine.machine.MachineFailure] and nothing else.
record Adoptions(QemuHost host, Lives lives, Remains remains) {
  private static final Logger log = LoggerFactory.getLogger(Adoptions.class);

  /// @param paused whether it stands still
  record Adopted(MachineHandle handle, boolean paused) {}

  /// Finds a machine of an earlier daemon again; clears away what is left where it is gone. One
  /// that has ended meanwhile, and could say how, counts as found, and its end is told at once.
  ///
  /// @param leavePaused whether one that stands still is to be left so
  CompletableFuture<Optional<Adopted>> adopt(
      Place place,
      Optional<MachineHandle> handle,
      boolean leavePaused,
      Consumer<ExitStatus> ended) {
    CompletableFuture<Optional<Adopted>> answer = new CompletableFuture<>();
    String attempted = "adopt the machine " + place.name().machine();
    try {
      host.threads()
          .execute(() -> {
            try {
              adopt(place, handle, leavePaused, ended, answer);
            } catch (IOException | InterruptedException | RuntimeException failed) {
              answer.completeExceptionally(Failures.of(attempted, failed, false));
            }
          });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(Failures.stopping(attempted));
    }
    return answer;
  }

  private void adopt(
      Place place,
      Optional<MachineHandle> handle,
      boolean leavePaused,
      Consumer<ExitStatus> ended,
      CompletableFuture<Optional<Adopted>> answer)
      throws IOException, InterruptedException {
    Optional<QemuHandle> process =
        handle.flatMap(QemuHandle::parse).filter(QemuHandle::isOfThisRun);
    Optional<Machine> found =
        process.isPresent()
            ? running(place, process.get().process(), leavePaused)
            : Optional.empty();
    if (found.isPresent()) {
      Lives.Life life = lives.add(found.get(), ended);
      answer.complete(
          Optional.of(
              new Adopted(
                  QemuHandle.of(process.get().process()).toHandle(), found.get().isPaused())));
      life.listen();
      return;
    }
    remains.endProcesses(name -> Remains.isUpTo(name, place.name()));
    FileTrees.delete(Place.lives(place.instance()));
    boolean outOfMemory = host.cgroups().find(place.name().toString()).isOutOfMemory();
    remains.removeCgroups(name -> Remains.isUpTo(name, place.name()));
    Optional<ExitStatus> exit =
        handle.isPresent()
            ? Machine.exitOf(place).or(() -> Machine.outOfMemory(outOfMemory))
            : Optional.empty();
    answer.complete(exit.map(_ -> new Adopted(handle.orElseThrow(), false)));
    exit.ifPresent(ended);
  }

  private Optional<Machine> running(Place place, ProcessIdentity process, boolean leavePaused)
      throws InterruptedException {
    try {
      return host.assembly().adopt(place, process, leavePaused);
    } catch (IOException unusable) {
      log.warn("{} runs but cannot be spoken to; it is ended", place.name(), unusable);
      return Optional.empty();
    }
  }
}
