package torpor.engine.caller;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Reply;

/// What goes on inside a running instance besides its own program. Thread-safe; every method
/// returns at once. Refused with `instance.state` where the instance does not run, with
/// `exec.failed` where what is inside cannot do it or does not answer.
public interface InstanceSessions {

  /// Runs a program. Completes when it has begun; output may come before that.
  CompletionStage<Reply<Session>> exec(InstanceId id, ExecRequest request, Output output);

  /// Runs a program that is not bound to its caller: [#attach] takes it up again, also after its
  /// machine was frozen and restored, in a fork of that, and under another daemon. Refused with
  /// `session.exists` where the name is taken.
  CompletionStage<Reply<KeptSession>> keep(
      InstanceId id, SessionName name, ExecRequest request, KeptSession.Caller caller);

  /// Takes a program up again; whoever spoke to it until now does so no longer. Refused with
  /// `session.not_found` where there is none, with `session.offset` where it has never written so
  /// much.
  ///
  /// @param output up to where the caller has standard output
  /// @param errors up to where it has standard error
  CompletionStage<Reply<KeptSession>> attach(
      InstanceId id, SessionName name, long output, long errors, KeptSession.Caller caller);

  /// What is at a path. A path where nothing is, is an answer: empty.
  CompletionStage<Reply<Optional<FileEntry>>> stat(InstanceId id, String path, boolean followLinks);

  /// Begins to write below a directory that exists.
  CompletionStage<Reply<CopyIn>> copyIn(InstanceId id, String directory);

  /// Reads a file or a tree: the first entry is the item itself with the path `.`, the others are
  /// relative to it. Completes when all has been taken.
  ///
  /// @param followLinks whether a link is read as what it points to
  CompletionStage<Reply<CopyResult>> copyOut(
      InstanceId id, String path, boolean followLinks, CopyOut sink);

  CompletionStage<Reply<InstanceStats>> stats(InstanceId id);

  /// @param env on top of the instance's own
  /// @param terminal empty where there is none: then the two outputs are apart
  /// @param input whether input will come; without, the program reads the end at once
  /// @param timeout after which it is killed
  record ExecRequest(
      List<String> command,
      Map<String, String> env,
      Optional<String> workdir,
      Optional<String> user,
      Optional<WindowSize> terminal,
      boolean input,
      Optional<Duration> timeout) {
    public ExecRequest {
      command = List.copyOf(command);
      env = Map.copyOf(env);
    }
  }

  record WindowSize(int rows, int columns) {}

  /// Where a program writes to.
  enum Source {
    STDOUT,
    STDERR
  }

  /// Takes what a program writes, in order, one call at a time.
  interface Output {
    /// The next call comes when this one's future has completed; one that fails ends the session.
    ///
    /// @param bytes valid until the future completes
    CompletionStage<Void> write(Source source, ByteBuffer bytes);
  }

  /// A program that was begun. Closing it ends the program where it still runs.
  interface Session extends AutoCloseable {
    /// Completes when the bytes were taken, so that nobody sends faster than the program reads.
    CompletionStage<Void> input(ByteBuffer bytes);

    /// The program reads the end.
    CompletionStage<Void> endInput();

    CompletionStage<Void> resize(WindowSize size);

    /// @param number as in signal(7)
    CompletionStage<Void> signal(int number);

    /// Completes when the program has ended and all its output was written.
    CompletionStage<ExitStatus> exit();

    @Override
    void close();
  }

  /// Takes what is copied out, in order, one call at a time.
  interface CopyOut {
    /// The next item; the content of the one before is complete.
    CompletionStage<Void> entry(FileEntry entry);

    CompletionStage<Void> content(ByteBuffer bytes);
  }

  /// Takes what is to be written. Closed without [#end], it leaves the rest unwritten.
  interface CopyIn extends AutoCloseable {
    /// The next item. As many bytes of content as it says follow before the next.
    CompletionStage<Void> entry(FileEntry entry);

    CompletionStage<Void> content(ByteBuffer bytes);

    /// Everything was sent; completes when it is written.
    CompletionStage<Reply<CopyResult>> end();

    @Override
    void close();
  }

  /// @param messages about single files that were left out
  record CopyResult(long bytes, List<String> messages) {
    public CopyResult {
      messages = List.copyOf(messages);
    }
  }
}
