package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions.CopyOut;
import torpor.engine.caller.InstanceSessions.CopyResult;
import torpor.runtime.qemu.agent.GuestProcess.PacedSink;
import torpor.runtime.qemu.agent.Records;

/// A tree on its way out of a machine. Called once at a time, as its process does.
final class TreeReading implements PacedSink {
  private static final int ENTRIES = 1;
  private final String path;
  private final CopyOut sink;
  private final EntryReader reader;
  private final Messages messages = new Messages();
  private long bytes;

  /// @param contents whether a file's content follows it
  TreeReading(String path, boolean contents, CopyOut sink) {
    this.path = path;
    this.reader = new EntryReader(contents);
    this.sink = sink;
  }

  @Override
  public CompletionStage<Void> take(int stream, ByteBuffer data) {
    CompletionStage<Void> all = CompletableFuture.completedFuture(null);
    if (stream != ENTRIES) {
      messages.add(data);
      return all;
    }
    try {
      for (EntryReader.Part part : reader.take(data)) {
        all = all.thenCompose(_ -> take(part));
      }
      return all;
    } catch (MalformedCopyException malformed) {
      return CompletableFuture.failedFuture(malformed);
    }
  }

  private CompletionStage<Void> take(EntryReader.Part part) {
    return switch (part) {
      case EntryReader.Part.Begins(var entry) -> sink.entry(entry);
      case EntryReader.Part.Content(ByteBuffer content) -> {
        bytes += content.remaining();
        yield sink.content(content);
      }
      case EntryReader.Part.LeftOut(String name) -> {
        messages.add(name + ": left out, its name or target is not UTF-8");
        yield CompletableFuture.completedFuture(null);
      }
    };
  }

  /// What is said when the process has ended.
  Reply<CopyResult> ended(Records report) {
    CopyEnd end = CopyEnd.of(report);
    return end == CopyEnd.DONE && !reader.isComplete()
        ? Reply.refused(
            Refusals.refusal(
                "copy " + path, "the guest's copy has no end", "Try again; it may be damaged."))
        : end.reply(path, bytes, messages.lines());
  }
}
