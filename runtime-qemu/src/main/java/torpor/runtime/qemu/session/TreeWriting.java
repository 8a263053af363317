package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions.CopyIn;
import torpor.engine.caller.InstanceSessions.CopyResult;
import torpor.runtime.qemu.agent.GuestProcess;

/// A tree on its way into a machine. For one caller, one call at a time; only [#close] may come
/// from anywhere. After the first entry that cannot be sent nothing more is, and the end says why.
final class TreeWriting implements CopyIn {
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  private final String directory;
  private final GuestProcess process;
  private final Messages messages;
  private @Nullable Refusal problem;
  private boolean leavingOut;
  private long owed;
  private long bytes;

  /// @param messages what the process says; complete when it has ended
  TreeWriting(String directory, GuestProcess process, Messages messages) {
    this.directory = directory;
    this.process = process;
    this.messages = messages;
  }

  @Override
  public CompletionStage<Void> entry(FileEntry entry) {
    if (owed > 0) {
      refuse("path", "\"" + entry.path() + "\" comes before the content ahead of it is complete.");
    }
    leavingOut = entry.kind() == FileEntry.Kind.OTHER;
    owed = entry.kind() == FileEntry.Kind.FILE ? entry.size() : 0;
    if (leavingOut) {
      messages.add(entry.path() + ": neither a file, a directory nor a link: left out");
    }
    if (problem != null || leavingOut) {
      return DONE;
    }
    byte[] path = entry.path().getBytes(StandardCharsets.UTF_8);
    byte[] target = entry.linkTarget().orElse("").getBytes(StandardCharsets.UTF_8);
    boolean link = entry.kind() == FileEntry.Kind.LINK;
    checkNames(entry, path, target);
    if (problem != null) {
      return DONE;
    }
    ByteBuffer sent =
        ByteBuffer.allocate(EntryHeader.LENGTH + path.length + (link ? target.length : 0));
    new EntryHeader(
            letter(entry.kind()),
            path.length,
            entry.mode(),
            entry.uid(),
            entry.gid(),
            entry.modified(),
            link ? target.length : owed)
        .put(sent);
    sent.put(path);
    if (link) {
      sent.put(target);
    }
    return process.input(sent.flip(), false);
  }

  private void checkNames(FileEntry entry, byte[] path, byte[] target) {
    boolean link = entry.kind() == FileEntry.Kind.LINK;
    if (path.length == 0 || path.length > EntryHeader.LONGEST_PATH) {
      refuse("path", "A path has " + path.length + " bytes; 1 to 4095 are possible.");
    } else if (link && (target.length == 0 || target.length > EntryHeader.LONGEST_PATH)) {
      refuse("linkTarget", "The target of " + entry.path() + " has " + target.length + " bytes.");
    } else if ((entry.mode() & ~EntryHeader.ALL_PERMISSIONS) != 0) {
      refuse("mode", "The mode of " + entry.path() + " is beyond 07777.");
    } else if (entry.size() < 0) {
      refuse("size", "The size of " + entry.path() + " is negative.");
    }
  }

  private static char letter(FileEntry.Kind kind) {
    return switch (kind) {
      case DIRECTORY -> EntryHeader.DIRECTORY;
      case FILE -> EntryHeader.FILE;
      case LINK -> EntryHeader.LINK;
      case OTHER -> EntryHeader.OTHER;
    };
  }

  @Override
  public CompletionStage<Void> content(ByteBuffer content) {
    if (problem != null || leavingOut) {
      return DONE;
    }
    if (content.remaining() > owed) {
      refuse("size", "There is more content than its entry says.");
      return DONE;
    }
    owed -= content.remaining();
    bytes += content.remaining();
    return process.input(content, false);
  }

  private void refuse(String field, String detail) {
    if (problem == null) {
      problem = Refusal.invalid(field, detail, "Correct it, and copy again.");
      process.close();
    }
  }

  @Override
  public CompletionStage<Reply<CopyResult>> end() {
    if (owed > 0) {
      refuse("size", "There is less content than its entry says.");
    }
    Optional<Refusal> refused = Optional.ofNullable(problem);
    if (refused.isPresent()) {
      return CompletableFuture.completedFuture(Reply.refused(refused.get()));
    }
    ByteBuffer end = ByteBuffer.allocate(EntryHeader.LENGTH);
    EntryHeader.end().put(end);
    return process
        .input(end.flip(), true)
        .thenCompose(_ -> process.exit())
        .handle((report, failure) ->
            failure == null
                ? CopyEnd.of(report).reply(directory, bytes, messages.lines())
                : Reply.refused(Refusals.failed("copy into " + directory, failure)));
  }

  @Override
  public void close() {
    process.close();
  }
}
