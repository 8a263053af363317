package torpor.runtime.qemu;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.instance.spec.NetworkWish;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.machine.MachineFailure;
import torpor.engine.network.JobNetworks;
import torpor.engine.network.NetworkFailure;
import torpor.engine.network.NetworkPlace;

/// The lives of jobs' machines as far as a network is part of them: it is there before the machine
/// is, and gone before anybody is told that the machine is gone. Thread-safe; every method returns
/// at once, and fails with a [MachineFailure] and nothing else.
///
/// @param networks empty where this runtime was opened without
record JobLives(Optional<JobNetworks> networks) {
  private static final Logger log = LoggerFactory.getLogger(JobLives.class);

  /// Why a machine with this wish cannot live here; empty where it can.
  Optional<Refusal> refusal(NetworkWish wish) {
    if (!wish.enabled()) {
      return Optional.empty();
    }
    return networks.isPresent()
        ? networks.get().refusal(wish)
        : Optional.of(
            Refusal.of(
                RefusalCode.NETWORK_UNAVAILABLE,
                "This daemon gives machines no network.",
                "Use one that does."));
  }

  /// Begins a life in the network that it wishes for. Where it does not come about, no network is
  /// left.
  CompletionStage<MachineHandle> begin(
      JobId job,
      NetworkWish wish,
      Function<Optional<NetworkPlace>, CompletionStage<MachineHandle>> life) {
    Optional<Refusal> refusal = refusal(wish);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(failure(refusal.get()));
    }
    if (!wish.enabled()) {
      return life.apply(Optional.empty());
    }
    JobNetworks given = networks.orElseThrow();
    return told(given.attach(job, wish))
        .thenCompose(place ->
            life.apply(place)
                .exceptionallyCompose(failure ->
                    quietlyOver(job).thenCompose(_ -> CompletableFuture.failedFuture(failure))));
  }

  /// After the machine has ended: whatever it had of the network is removed.
  CompletionStage<Void> over(JobId job) {
    return networks
        .map(given -> told(given.detach(job)))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /// The same. What cannot be removed is used again by the job's next life, or removed by the next
  /// daemon.
  CompletionStage<Void> quietlyOver(JobId job) {
    return over(job)
        .exceptionally(failure -> {
          log.warn("the network of {} is still there: {}", job, failure.getMessage());
          return null;
        });
  }

  /// Tells of an end once the network is gone too.
  Consumer<ExitStatus> after(JobId job, Consumer<ExitStatus> ended) {
    return status -> {
      var _ = quietlyOver(job).thenRun(() -> ended.accept(status));
    };
  }

  /// A machine of an earlier daemon may be there, and in a network.
  void takeOver(JobId job) {
    networks.ifPresent(given -> given.takeOver(job));
  }

  /// All are over but these.
  CompletionStage<Void> overAllBut(Set<JobId> known) {
    return networks
        .map(given -> told(given.detachAllBut(known)))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private static <T> CompletionStage<T> told(CompletionStage<T> asked) {
    return asked.exceptionallyCompose(failure -> {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      return CompletableFuture.failedFuture(
          cause instanceof NetworkFailure network ? failure(network.refusal()) : cause);
    });
  }

  private static MachineFailure failure(Refusal refusal) {
    return new MachineFailure(MachineFailure.Kind.OTHER, refusal);
  }
}
