package torpor.runtime.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import run.endive.runtime.WasmInterruptedException;
import tools.jackson.core.JacksonException;
import torpor.core.definition.JsonText;
import torpor.core.job.ExitResult;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobLimits;
import torpor.core.machine.Generation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;
import torpor.runtime.wasm.guest.CallError;
import torpor.runtime.wasm.guest.CallFailedException;
import torpor.runtime.wasm.guest.HostServices;
import torpor.wire.WireJson;

/// A guest's direct calls, asked of the engine; the guest's thread waits for the answer.
final class EngineServices implements HostServices {
  /// The engine answers sooner than this, if only by a refusal.
  private static final Duration PATIENCE = JobLimits.CALL_WAIT.multipliedBy(2);

  private final GuestCalls calls;
  private final JobId job;
  private final Generation generation;
  private final AtomicLong locks = new AtomicLong();

  EngineServices(GuestCalls calls, JobId job, Generation generation) {
    this.calls = calls;
    this.job = job;
    this.generation = generation;
  }

  @Override
  public List<byte[]> takeSignals(String name) {
    var asked = new JobEvent.SignalsAsked(from(), Optional.of(name), Duration.ZERO);
    return answer(calls.signals(job, asked)).stream()
        .map(signal -> signal.payload().text().getBytes(UTF_8))
        .toList();
  }

  @Override
  public byte[] params() {
    return answer(calls.params(job)).text().getBytes(UTF_8);
  }

  @Override
  public byte[] metadata() {
    GuestMetadata known = answer(calls.metadata(job));
    return WireJson.write(
            new torpor.wire.guest.GuestMetadata(
                known.job().toString(),
                known.definitionName(),
                known.definitionVersion(),
                known.attempt(),
                Math.max(0, known.attempt() - 1),
                known.generation().number(),
                known.restoredFrom().map(SnapshotNumber::number),
                known.lastCheckpoint().map(snapshot -> snapshot.takenAt().toEpochMilli()),
                known.spawnedAt(),
                known.metadata()))
        .getBytes(UTF_8);
  }

  @Override
  public void progress(double percent, Optional<String> message) {
    var made = new JobEvent.ProgressMade(from(), GuestCalls.progressOf(percent, message));
    var _ = answer(calls.progress(job, made));
  }

  @Override
  public long lock(Duration ttl) {
    if (ttl.isZero() || ttl.compareTo(JobLimits.MAX_LOCK_TTL) > 0) {
      throw new CallFailedException(
          CallError.INVALID, "a lock lives between 1 ms and " + JobLimits.MAX_LOCK_TTL);
    }
    long handle = locks.incrementAndGet();
    var _ = answer(calls.lock(job, new JobEvent.LockAsked(from(), lockId(handle), ttl)));
    return handle;
  }

  @Override
  public void unlock(long handle) {
    var _ = answer(calls.unlock(job, new JobEvent.UnlockAsked(from(), lockId(handle))));
  }

  /// Locks die with the life that took them, so a handle of an earlier one must not name one of
  /// this.
  private String lockId(long handle) {
    return "wasm-%s-%d".formatted(generation, handle);
  }

  @Override
  public void exit(int code, byte[] output) {
    String text = output.length == 0 ? JsonText.NULL.text() : new String(output, UTF_8);
    try {
      var _ = WireJson.mapper().readTree(text);
    } catch (JacksonException e) {
      throw new CallFailedException(
          CallError.INVALID, "the output is not JSON: " + e.getOriginalMessage());
    }
    ExitResult result = new ExitResult(code, new JsonText(text));
    var _ = answer(calls.exit(job, new JobEvent.ExitAsked(from(), result)));
  }

  private Optional<Generation> from() {
    return Optional.of(generation);
  }

  private static <T> T answer(CompletionStage<Reply<T>> stage) {
    try {
      return switch (stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        case Reply.Done<T>(T value) -> value;
        case Reply.Refused<T>(Refusal refusal) ->
            throw new CallFailedException(CallAnswers.error(refusal), refusal.detail());
      };
    } catch (InterruptedException e) {
      throw new WasmInterruptedException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new CallFailedException(CallError.TEMPORARY, "the engine gave no answer: " + e);
    }
  }
}
