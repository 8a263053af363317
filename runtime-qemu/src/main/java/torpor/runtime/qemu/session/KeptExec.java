package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.InstanceSessions.WindowSize;
import torpor.engine.caller.KeptSession;
import torpor.engine.caller.SessionName;
import torpor.runtime.qemu.agent.Agent;
import torpor.runtime.qemu.agent.GuestException;
import torpor.runtime.qemu.agent.KeptProcess;

/// A program that outlives who speaks to it. Thread-safe.
final class KeptExec implements KeptSession {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private final KeptProcess process;
  private final Executor threads;
  private final Duration patience;
  private final CompletableFuture<End> end;

  KeptExec(KeptProcess process, Executor threads, Duration patience) {
    this.process = process;
    this.threads = threads;
    this.patience = patience;
    this.end =
        process
            .exit()
            .<End>thenApply(
                report -> new End.Exited(ExecSession.status(report), report.find("error")))
            .exceptionally(KeptExec::detached);
  }

  private static End detached(Throwable failure) {
    Throwable cause = ExecSession.cause(failure);
    return cause instanceof GuestException guest && guest.code().equals("replaced")
        ? new End.Replaced()
        : new End.Detached(String.valueOf(cause.getMessage()));
  }

  /// The number that a machine knows it by. The same name is the same number, whichever daemon
  /// asks, so that nothing has to be remembered.
  static long number(SessionName name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.text().getBytes(StandardCharsets.UTF_8));
      return Agent.keptNumber(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /// What a caller is told in the guest's words.
  static KeptProcess.Listener listener(KeptSession.Caller caller) {
    return new KeptProcess.Listener() {
      @Override
      public CompletionStage<Void> take(int stream, ByteBuffer data) {
        return caller.write(stream == STDOUT ? Source.STDOUT : Source.STDERR, data);
      }

      @Override
      public void inputTaken(long accepted, long limit, boolean unread) {
        caller.inputTaken(accepted, limit, unread);
      }
    };
  }

  @Override
  public Marks marks() {
    KeptProcess.Marks marks = process.marks();
    return new Marks(marks.input(), marks.inputLimit(), marks.output(), marks.errors());
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
    return ExecSession.ask(
        () -> process.resize(size.rows(), size.columns()), end, threads, patience);
  }

  @Override
  public CompletionStage<Void> signal(int number) {
    return ExecSession.ask(() -> process.signal(number), end, threads, patience);
  }

  @Override
  public boolean acknowledge(Source source, long upTo) {
    return process.acknowledge(source == Source.STDOUT ? STDOUT : STDERR, upTo);
  }

  @Override
  public CompletionStage<End> ended() {
    return end.copy();
  }

  @Override
  public void leave() {
    process.leave();
  }

  @Override
  public void end() {
    process.close();
  }
}
