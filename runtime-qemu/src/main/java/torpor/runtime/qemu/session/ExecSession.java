package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import torpor.core.machine.ExitStatus;
import torpor.engine.caller.InstanceSessions.Output;
import torpor.engine.caller.InstanceSessions.Session;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.InstanceSessions.WindowSize;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.machine.Exits;

/// A program that somebody runs in a machine. Thread-safe.
final class ExecSession implements Session {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private final GuestProcess process;
  private final Executor threads;
  private final Duration patience;
  private final CompletableFuture<ExitStatus> exit;

  /// @param onlyOutput where a terminal's program prints, whichever way
  ExecSession(
      GuestProcess process,
      Output output,
      Optional<Source> onlyOutput,
      Executor threads,
      Duration patience) {
    this.process = process;
    this.threads = threads;
    this.patience = patience;
    this.exit =
        process
            .exit()
            .thenCompose(report -> say(report, output, onlyOutput.orElse(Source.STDERR)))
            .thenApply(ExecSession::status)
            .exceptionally(ExecSession::lost);
  }

  /// Why there was nothing to run is said where a shell would say it.
  private static CompletionStage<Records> say(Records report, Output output, Source source) {
    Optional<String> error = report.find("error");
    return error.isPresent()
        ? output
            .write(source, StandardCharsets.UTF_8.encode(error.get() + "\n"))
            .thenApply(_ -> report)
        : CompletableFuture.completedFuture(report);
  }

  static ExitStatus status(Records report) {
    return report.find("timed_out").orElse("0").equals("1")
        ? new ExitStatus.OutOfTime("it was killed at its timeout")
        : Exits.of(report);
  }

  private static ExitStatus lost(Throwable failure) {
    return new ExitStatus.Lost(String.valueOf(cause(failure).getMessage()));
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }

  @Override
  public CompletionStage<Void> input(ByteBuffer bytes) {
    return process.input(bytes, false);
  }

  @Override
  public CompletionStage<Void> endInput() {
    return process.input(NOTHING.duplicate(), true);
  }

  @Override
  public CompletionStage<Void> resize(WindowSize size) {
    return ask(() -> process.resize(size.rows(), size.columns()));
  }

  @Override
  public CompletionStage<Void> signal(int number) {
    return ask(() -> process.signal(number));
  }

  /// What comes too late for a program that has ended is nothing.
  private CompletionStage<Void> ask(Supplier<CompletableFuture<Records>> request) {
    return ask(request, exit, threads, patience);
  }

  static CompletionStage<Void> ask(
      Supplier<CompletableFuture<Records>> request,
      CompletableFuture<?> exit,
      Executor threads,
      Duration patience) {
    return DONE.thenComposeAsync(_ -> request.get(), threads)
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .<Void>thenCompose(_ -> DONE)
        .exceptionallyCompose(failure ->
            exit.isDone() || isEnded(failure) ? DONE : CompletableFuture.failedFuture(failure));
  }

  private static boolean isEnded(Throwable failure) {
    return cause(failure) instanceof GuestException refused && refused.code().equals("not_found");
  }

  @Override
  public CompletionStage<ExitStatus> exit() {
    return exit.copy();
  }

  @Override
  public void close() {
    process.close();
  }
}
