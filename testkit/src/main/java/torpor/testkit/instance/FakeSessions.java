package torpor.testkit.instance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceStats;
import torpor.engine.caller.KeptSession;
import torpor.engine.caller.SessionName;

/// Programs: `echo …` writes its arguments; `fail` writes to standard error and exits with 3; `cat`
/// gives back its input until it ends, and exits with the last signal's number where one came;
/// `sleep` is at its timeout at once; any other is not found. Files: a map of paths to contents.
public final class FakeSessions implements InstanceSessions {
  private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

  private static final Comparator<SessionName> BY_TEXT = Comparator.comparing(SessionName::text);

  public final Map<String, String> files = new ConcurrentSkipListMap<>(Map.of("/etc/motd", "hi\n"));

  /// What a copy out of here leaves out.
  public volatile List<String> leftOut = List.of();

  private final Map<SessionName, FakeKept> kept = new ConcurrentSkipListMap<>(BY_TEXT);

  /// The last size that a terminal was given.
  public volatile Optional<WindowSize> window = Optional.empty();

  @Override
  public CompletionStage<Reply<Session>> exec(InstanceId id, ExecRequest request, Output output) {
    window = request.terminal();
    String program = request.command().getFirst();
    return switch (program) {
      case "echo" -> {
        String words =
            String.join(" ", request.command().subList(1, request.command().size())) + "\n";
        yield done(output.write(Source.STDOUT, bytes(words)), 0);
      }
      case "fail" -> done(output.write(Source.STDERR, bytes("no\n")), 3);
      case "sleep" -> killed();
      case "cat" -> CompletableFuture.completedFuture(Reply.done(new Running(output)));
      default ->
          CompletableFuture.completedFuture(
              Reply.refused(
                  Refusal.ofField(
                      RefusalCode.EXEC_FAILED,
                      "command",
                      "there is no program '" + program + "' in the instance",
                      "Look for it with another one.")));
    };
  }

  private CompletionStage<Reply<Session>> done(CompletionStage<Void> written, int code) {
    Running session = new Running((_, _) -> CompletableFuture.<Void>completedFuture(null));
    written.thenRun(() -> session.exit.complete(new ExitStatus.Exited(code)));
    return CompletableFuture.completedFuture(Reply.done(session));
  }

  private CompletionStage<Reply<Session>> killed() {
    Running session = new Running((_, _) -> CompletableFuture.<Void>completedFuture(null));
    session.exit.complete(new ExitStatus.OutOfTime("it was killed at its timeout"));
    return CompletableFuture.completedFuture(Reply.done(session));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Only `cat`, and `echo` of whatever words.
  @Override
  public CompletionStage<Reply<KeptSession>> keep(
      InstanceId id, SessionName name, ExecRequest request, KeptSession.Caller caller) {
    FakeKept kept = new FakeKept(() -> this.kept.remove(name), size -> window = Optional.of(size));
    if (this.kept.putIfAbsent(name, kept) != null) {
      return CompletableFuture.completedFuture(
          Reply.refused(
              Refusal.ofField(
                  RefusalCode.SESSION_EXISTS, "session", "there is one", "Choose another.")));
    }
    KeptSession begun = kept.spokenToBy(caller, 0);
    if (request.command().getFirst().equals("echo")) {
      kept.writes(String.join(" ", request.command().subList(1, request.command().size())) + "\n");
      kept.ends(new ExitStatus.Exited(0));
    }
    return CompletableFuture.completedFuture(Reply.done(begun));
  }

  @Override
  public CompletionStage<Reply<KeptSession>> attach(
      InstanceId id, SessionName name, long output, long errors, KeptSession.Caller caller) {
    FakeKept found = kept.get(name);
    if (found == null) {
      return CompletableFuture.completedFuture(
          Reply.refused(
              Refusal.ofField(
                  RefusalCode.SESSION_NOT_FOUND, "session", "there is none", "Run it again.")));
    }
    return CompletableFuture.completedFuture(Reply.done(found.spokenToBy(caller, (int) output)));
  }

  private final class Running implements Session {
    private final Output output;
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();

    private Running(Output output) {
      this.output = output;
    }

    @Override
    public CompletionStage<Void> input(ByteBuffer bytes) {
      return output.write(Source.STDOUT, bytes);
    }

    @Override
    public CompletionStage<Void> endInput() {
      exit.complete(new ExitStatus.Exited(0));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> resize(WindowSize size) {
      window = Optional.of(size);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> signal(int number) {
      exit.complete(new ExitStatus.Exited(128 + number));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ExitStatus> exit() {
      return exit;
    }

    @Override
    public void close() {
      exit.complete(new ExitStatus.Signalled("closed"));
    }
  }

  @Override
  public CompletionStage<Reply<Optional<FileEntry>>> stat(
      InstanceId id, String path, boolean followLinks) {
    return CompletableFuture.completedFuture(
        Reply.done(
            Optional.ofNullable(files.get(path))
                .map(content -> file(path, content))
                .or(() ->
                    files.keySet().stream().anyMatch(name -> name.startsWith(path + "/"))
                        ? Optional.of(directory(path))
                        : Optional.empty())));
  }

  private static FileEntry file(String path, String content) {
    return new FileEntry(
        path, FileEntry.Kind.FILE, 0644, 0, 0, T0, content.length(), Optional.empty());
  }

  private static FileEntry directory(String path) {
    return new FileEntry(path, FileEntry.Kind.DIRECTORY, 0755, 0, 0, T0, 0, Optional.empty());
  }

  @Override
  public CompletionStage<Reply<CopyIn>> copyIn(InstanceId id, String directory) {
    return CompletableFuture.completedFuture(Reply.done(new Writing(directory)));
  }

  private final class Writing implements CopyIn {
    private final String directory;
    private final List<FileEntry> entries = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();

    private Writing(String directory) {
      this.directory = directory;
    }

    @Override
    public CompletionStage<Void> entry(FileEntry entry) {
      store();
      entries.add(entry);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> content(ByteBuffer bytes) {
      content.append(StandardCharsets.UTF_8.decode(bytes));
      return CompletableFuture.completedFuture(null);
    }

    private void store() {
      if (!entries.isEmpty() && entries.getLast().kind() == FileEntry.Kind.FILE) {
        files.put(directory + "/" + entries.getLast().path(), content.toString());
      }
      content.setLength(0);
    }

    @Override
    public CompletionStage<Reply<CopyResult>> end() {
      store();
      long bytes = entries.stream().mapToLong(FileEntry::size).sum();
      return CompletableFuture.completedFuture(Reply.done(new CopyResult(bytes, List.of())));
    }

    @Override
    public void close() {
      entries.clear();
    }
  }

  @Override
  public CompletionStage<Reply<CopyResult>> copyOut(
      InstanceId id, String path, boolean followLinks, CopyOut sink) {
    String content = files.get(path);
    if (content == null) {
      return CompletableFuture.completedFuture(
          Reply.refused(
              Refusal.ofField(
                  RefusalCode.EXEC_FAILED,
                  "path",
                  "there is nothing at " + path,
                  "Look for it with stat.")));
    }
    return sink.entry(file(".", content))
        .thenCompose(_ -> sink.content(bytes(content)))
        .thenApply(_ -> Reply.done(new CopyResult(content.length(), leftOut)));
  }

  @Override
  public CompletionStage<Reply<InstanceStats>> stats(InstanceId id) {
    return CompletableFuture.completedFuture(
        Reply.done(
            new InstanceStats(Duration.ofMillis(1500), 64L << 20, 512L << 20, 1_000, 2_000)));
  }
}
