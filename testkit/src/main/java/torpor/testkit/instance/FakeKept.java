package torpor.testkit.instance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import torpor.core.machine.ExitStatus;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.InstanceSessions.WindowSize;
import torpor.engine.caller.KeptSession;

/// A program that gives back its input, and forgets nothing of it. Thread-safe.
final class FakeKept {
  private static final int WINDOW = 64 * 1024;
  private final Runnable forget;
  private final Consumer<WindowSize> resized;
  private final StringBuilder written = new StringBuilder();
  private Optional<ExitStatus> end = Optional.empty();
  private Optional<Attached> attached = Optional.empty();

  FakeKept(Runnable forget, Consumer<WindowSize> resized) {
    this.forget = forget;
    this.resized = resized;
  }

  /// From now on, and by nobody else.
  synchronized KeptSession spokenToBy(KeptSession.Caller caller, int offset) {
    attached.ifPresent(former -> former.end.complete(new KeptSession.End.Replaced()));
    Attached now =
        new Attached(
            caller, new KeptSession.Marks(written.length(), written.length() + WINDOW, offset, 0));
    attached = Optional.of(now);
    if (offset < written.length()) {
      now.caller.write(Source.STDOUT, bytes(written.substring(offset)));
    }
    end.ifPresent(status -> now.end.complete(new KeptSession.End.Exited(status, Optional.empty())));
    return now;
  }

  synchronized void writes(String text) {
    written.append(text);
    attached.ifPresent(now -> now.caller.write(Source.STDOUT, bytes(text)));
  }

  synchronized void ends(ExitStatus status) {
    end = Optional.of(status);
    attached.ifPresent(
        now -> now.end.complete(new KeptSession.End.Exited(status, Optional.empty())));
  }

  private synchronized int length() {
    return written.length();
  }

  private synchronized void isLeftBy(Attached who) {
    attached = attached.filter(now -> now != who);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private final class Attached implements KeptSession {
    private final Caller caller;
    private final Marks marks;
    private final CompletableFuture<End> end = new CompletableFuture<>();

    private Attached(Caller caller, Marks marks) {
      this.caller = caller;
      this.marks = marks;
    }

    @Override
    public Marks marks() {
      return marks;
    }

    @Override
    public CompletionStage<Void> input(ByteBuffer bytes) {
      writes(StandardCharsets.ISO_8859_1.decode(bytes).toString());
      caller.inputTaken(length(), length() + WINDOW, false);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> endInput() {
      ends(new ExitStatus.Exited(0));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> resize(WindowSize size) {
      resized.accept(size);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> signal(int number) {
      ends(new ExitStatus.Exited(128 + number));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean acknowledge(Source source, long upTo) {
      return upTo <= length();
    }

    @Override
    public CompletionStage<End> ended() {
      return end.copy();
    }

    @Override
    public void leave() {
      isLeftBy(this);
      end.complete(new End.Detached("left"));
    }

    /// One that was left, or taken up by another, is not this caller's any more.
    @Override
    public void end() {
      if (end.complete(new End.Detached("ended"))) {
        forget.run();
      }
    }
  }
}
