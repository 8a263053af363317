package torpor.runtime.qemu.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceStats;
import torpor.engine.caller.KeptSession;
import torpor.engine.caller.SessionName;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.GuestProcess.PacedSink;
import torpor.runtime.qemu.agent.KeptProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.machine.Machine;

/// What is done inside machines that run. Thread-safe.
public final class MachineSessions implements InstanceSessions {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("machine-session").start(task);
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private static final int STDOUT = 1;

  private final Function<String, Optional<Machine>> machines;

  /// @param machines finds the one that runs, by the id of its instance
  public MachineSessions(Function<String, Optional<Machine>> machines) {
    this.machines = machines;
  }

  @FunctionalInterface
  private interface Beginning<P> {
    CompletableFuture<P> in(Machine machine, Records what);
  }

  @Override
  public CompletionStage<Reply<Session>> exec(InstanceId id, ExecRequest request, Output output) {
    Optional<Source> only = request.terminal().map(_ -> Source.STDOUT);
    PacedSink sink =
        (stream, bytes) -> output.write(stream == STDOUT ? Source.STDOUT : Source.STDERR, bytes);
    return begin(
            id,
            "run " + request.command().stream().findFirst().orElse("nothing"),
            Commands.exec(request),
            (machine, what) ->
                GuestProcess.execPaced(machine.agent(), machine.sessions(), what, sink),
            GuestProcess::close)
        .thenApply(begun ->
            begun.map(process -> new ExecSession(process, output, only, THREADS, PATIENCE)));
  }

  @Override
  public CompletionStage<Reply<KeptSession>> keep(
      InstanceId id, SessionName name, ExecRequest request, KeptSession.Caller caller) {
    return begin(
            id,
            "run " + request.command().stream().findFirst().orElse("nothing"),
            Commands.exec(request),
            (machine, what) ->
                KeptProcess.exec(
                    machine.agent(),
                    machine.sessions(),
                    KeptExec.number(name),
                    what,
                    KeptExec.listener(caller)),
            KeptProcess::close)
        .thenApply(begun -> begun.map(process -> new KeptExec(process, THREADS, PATIENCE)));
  }

  @Override
  public CompletionStage<Reply<KeptSession>> attach(
      InstanceId id, SessionName name, long output, long errors, KeptSession.Caller caller) {
    return begin(
            id,
            "take the program up again",
            Reply.done(Records.NONE),
            (machine, _) ->
                KeptProcess.attach(
                    machine.agent(),
                    machine.sessions(),
                    KeptExec.number(name),
                    output,
                    errors,
                    KeptExec.listener(caller)),
            KeptProcess::leave)
        .thenApply(begun -> begun.map(process -> new KeptExec(process, THREADS, PATIENCE)));
  }

  @Override
  public CompletionStage<Reply<CopyIn>> copyIn(InstanceId id, String directory) {
    Messages messages = new Messages();
    PacedSink sink =
        (_, bytes) -> {
          messages.add(bytes);
          return DONE;
        };
    return begin(
            id,
            "copy into " + directory,
            Commands.copyIn(directory),
            (machine, what) -> GuestProcess.copyIn(machine.agent(), machine.sessions(), what, sink),
            GuestProcess::close)
        .thenApply(begun -> begun.map(process -> new TreeWriting(directory, process, messages)));
  }

  @Override
  public CompletionStage<Reply<CopyResult>> copyOut(
      InstanceId id, String path, boolean followLinks, CopyOut sink) {
    TreeReading reading = new TreeReading(path, true, sink);
    return read(id, path, Commands.copyOut(path, followLinks, false), reading)
        .thenApply(ended -> then(ended, reading::ended));
  }

  @Override
  public CompletionStage<Reply<Optional<FileEntry>>> stat(
      InstanceId id, String path, boolean followLinks) {
    FirstEntry first = new FirstEntry();
    TreeReading reading = new TreeReading(path, false, first);
    return within(
        read(id, path, Commands.copyOut(path, followLinks, true), reading)
            .thenApply(ended ->
                then(
                    ended,
                    report ->
                        CopyEnd.of(report) == CopyEnd.NOT_FOUND
                            ? Reply.done(Optional.empty())
                            : then(reading.ended(report), _ -> first.called(path)))),
        "look at " + path);
  }

  private CompletionStage<Reply<Records>> read(
      InstanceId id, String path, Reply<Records> request, TreeReading reading) {
    return begin(
            id,
            "read " + path,
            request,
            (machine, what) ->
                GuestProcess.copyOut(machine.agent(), machine.sessions(), what, reading),
            GuestProcess::close)
        .thenCompose(begun ->
            switch (begun) {
              case Reply.Done<GuestProcess>(GuestProcess process) ->
                  process.exit().handle((report, failure) -> ended(path, report, failure));
              case Reply.Refused<GuestProcess>(Refusal refusal) ->
                  CompletableFuture.completedFuture(Reply.refused(refusal));
            });
  }

  private static Reply<Records> ended(
      String path, @Nullable Records report, @Nullable Throwable failure) {
    return report != null
        ? Reply.done(report)
        : Reply.refused(
            Refusals.failed(
                "read " + path, failure != null ? failure : new IOException("no report")));
  }

  /// Holds the one entry that is asked for.
  private static final class FirstEntry implements CopyOut {
    private final AtomicReference<@Nullable FileEntry> found = new AtomicReference<>();

    @Override
    public CompletionStage<Void> entry(FileEntry entry) {
      found.compareAndSet(null, entry);
      return DONE;
    }

    @Override
    public CompletionStage<Void> content(ByteBuffer bytes) {
      return DONE;
    }

    Reply<Optional<FileEntry>> called(String path) {
      return Reply.done(
          Optional.ofNullable(found.get())
              .map(entry ->
                  new FileEntry(
                      path,
                      entry.kind(),
                      entry.mode(),
                      entry.uid(),
                      entry.gid(),
                      entry.modified(),
                      entry.size(),
                      entry.linkTarget())));
    }
  }

  @Override
  public CompletionStage<Reply<InstanceStats>> stats(InstanceId id) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Optional<Machine> machine = machines.apply(id.ulid());
            return machine.isPresent()
                ? Reply.done(HostUsage.of(machine.get().vmm().process().pid()))
                : Reply.refused(Refusals.notRunning(id));
          } catch (IOException gone) {
            return Reply.refused(Refusals.notRunning(id));
          }
        },
        THREADS);
  }

  /// A machine that stands still takes no requests, and one that does not answer in time is not
  /// waited for; what it may yet begin is ended.
  ///
  /// @param tooLate for what begins when nobody waits for it any more
  private <P> CompletionStage<Reply<P>> begin(
      InstanceId id,
      String attempted,
      Reply<Records> request,
      Beginning<P> beginning,
      Consumer<P> tooLate) {
    return switch (request) {
      case Reply.Refused<Records>(Refusal refusal) ->
          CompletableFuture.completedFuture(Reply.refused(refusal));
      case Reply.Done<Records>(Records what) ->
          machines
              .apply(id.ulid())
              .filter(machine -> !machine.isPaused())
              .map(machine -> begin(machine, attempted, what, beginning, tooLate))
              .orElseGet(
                  () -> CompletableFuture.completedFuture(Reply.refused(Refusals.notRunning(id))));
    };
  }

  private static <P> CompletionStage<Reply<P>> begin(
      Machine machine,
      String attempted,
      Records what,
      Beginning<P> beginning,
      Consumer<P> tooLate) {
    CompletableFuture<P> begun = DONE.thenComposeAsync(_ -> beginning.in(machine, what), THREADS);
    CompletableFuture<Reply<P>> answer =
        within(begun.thenApply(Reply::done), attempted).toCompletableFuture();
    return answer.thenApply(reply -> {
      if (reply instanceof Reply.Refused<P>) {
        var _ = begun.thenAccept(tooLate);
      }
      return reply;
    });
  }

  private static <T> CompletionStage<Reply<T>> within(
      CompletionStage<Reply<T>> answer, String attempted) {
    return answer
        .toCompletableFuture()
        .copy()
        .orTimeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(failure -> Reply.refused(Refusals.failed(attempted, failure)));
  }

  private static <T, R> Reply<R> then(Reply<T> reply, Function<T, Reply<R>> next) {
    return switch (reply) {
      case Reply.Done<T>(T value) -> next.apply(value);
      case Reply.Refused<T>(Refusal refusal) -> Reply.refused(refusal);
    };
  }
}
