package torpor.runtime.wasm.guest;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.wasm.wasi.ProcessExit;

/// The thread of one guest, which exists only while the guest runs, and how a run ended.
final class GuestRun {
  /// A guest may recurse deeply, and so may the frames that rewind it.
  private static final long STACK_BYTES = 8L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(GuestRun.class);

  enum Reason {
    KILLED,
    OUT_OF_TIME
  }

  private final GuestSetup setup;
  private final BooleanSupplier memoryRefused;
  private final AtomicReference<@Nullable Reason> interruption = new AtomicReference<>();
  private volatile @Nullable Thread thread;
  private final AtomicLong cpuNanos;

  /// @param memoryRefused whether the guest was ever refused memory, which explains a trap
  GuestRun(GuestSetup setup, BooleanSupplier memoryRefused, long cpuNanosBefore) {
    this.setup = setup;
    this.memoryRefused = memoryRefused;
    this.cpuNanos = new AtomicLong(cpuNanosBefore);
  }

  /// Processor time of all runs that have ended, and of those before the restored snapshot.
  long cpuNanos() {
    return cpuNanos.get();
  }

  CompletableFuture<RunOutcome> start(Supplier<RunOutcome> body) {
    CompletableFuture<RunOutcome> ended = new CompletableFuture<>();
    Thread runner =
        Thread.ofPlatform()
            .name(setup.name())
            .daemon()
            .stackSize(STACK_BYTES)
            .unstarted(() -> ended.complete(supervised(body)));
    thread = runner;
    try {
      runner.start();
    } catch (OutOfMemoryError e) {
      ended.complete(new RunOutcome.OutOfMemory("the host cannot give this guest a thread"));
    }
    if (interruption.get() != null) {
      runner.interrupt();
    }
    return ended;
  }

  void interrupt(Reason reason) {
    interruption.compareAndSet(null, reason);
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private RunOutcome supervised(Supplier<RunOutcome> body) {
    Thread self = Thread.currentThread();
    CpuSupervisor supervisor = setup.host().supervisor();
    supervisor.watch(
        self,
        setup.limits().cpuTime().toNanos() - cpuNanos.get(),
        () -> interrupt(Reason.OUT_OF_TIME));
    try {
      return guarded(body);
    } finally {
      supervisor.forget(self);
      thread = null;
      cpuNanos.addAndGet(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }
  }

  /// Whatever a guest does ends this guest and nothing else.
  private RunOutcome guarded(Supplier<RunOutcome> body) {
    try {
      return body.get();
    } catch (ProcessExit exit) {
      return new RunOutcome.Exited(exit.code());
    } catch (StackOverflowError e) {
      return interruptedOr(new RunOutcome.Trapped("call stack exhausted"));
    } catch (OutOfMemoryError e) {
      return new RunOutcome.OutOfMemory("the host has no memory left for this guest");
    } catch (RuntimeException | Error e) {
      return interruptedOr(trapped(e));
    }
  }

  private RunOutcome trapped(Throwable cause) {
    String what = String.valueOf(cause.getMessage());
    LOG.debug("guest {} trapped", setup.name(), cause);
    return memoryRefused.getAsBoolean()
        ? new RunOutcome.OutOfMemory(
            "%s, after memory beyond the limit of %d bytes was refused"
                .formatted(what, setup.limits().memoryBytes()))
        : new RunOutcome.Trapped(what);
  }

  private RunOutcome interruptedOr(RunOutcome other) {
    Reason reason = interruption.get();
    if (reason == null) {
      return other;
    }
    return switch (reason) {
      case KILLED -> new RunOutcome.Killed();
      case OUT_OF_TIME ->
          new RunOutcome.OutOfTime(
              "used more than its %s of processor time".formatted(setup.limits().cpuTime()));
    };
  }
}
