package torpor.runtime.qemu.session;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.engine.caller.FileEntry;

/// Makes entries out of the bytes of a copy, in whatever pieces these come. Holds no content. For
/// one thread at a time.
final class EntryReader {

  /// What a piece of the stream holds.
  sealed interface Part {
    record Begins(FileEntry entry) implements Part {}

    /// Of the newest entry; the piece's own bytes.
    record Content(ByteBuffer bytes) implements Part {}

    /// One whose name cannot be said in UTF-8, and what is in it.
    record LeftOut(String path) implements Part {}
  }

  private enum State {
    HEADER,
    NAMES,
    CONTENT,
    ENDED
  }

  private final boolean contents;
  private final TreeShape shape = new TreeShape();
  private final ByteBuffer header = ByteBuffer.allocate(EntryHeader.LENGTH);
  private State state = State.HEADER;
  private EntryHeader current = EntryHeader.end();
  private ByteBuffer names = ByteBuffer.allocate(0);
  private boolean leftOut;
  private long owed;

  /// @param contents whether a file's content follows it
  EntryReader(boolean contents) {
    this.contents = contents;
  }

  /// Takes a piece of the stream, whole.
  ///
  /// @throws MalformedCopyException where it is not a copy; nothing can be taken after that
  List<Part> take(ByteBuffer piece) throws MalformedCopyException {
    List<Part> parts = new ArrayList<>();
    while (piece.hasRemaining()) {
      switch (state) {
        case HEADER -> takeHeader(piece);
        case NAMES -> takeNames(piece, parts);
        case CONTENT -> takeContent(piece, parts);
        case ENDED -> throw new MalformedCopyException("something follows the end");
      }
    }
    return parts;
  }

  /// Whether the end has come.
  boolean isComplete() {
    return state == State.ENDED;
  }

  private void takeHeader(ByteBuffer piece) throws MalformedCopyException {
    if (!fill(header, piece)) {
      return;
    }
    current = EntryHeader.take(header.flip());
    header.clear();
    if (current.kind() == EntryHeader.END) {
      state = State.ENDED;
    } else {
      names = ByteBuffer.allocate(current.pathLength() + targetLength());
      state = State.NAMES;
    }
  }

  private int targetLength() {
    return current.kind() == EntryHeader.LINK ? (int) current.size() : 0;
  }

  private void takeNames(ByteBuffer piece, List<Part> parts) throws MalformedCopyException {
    if (!fill(names, piece)) {
      return;
    }
    names.flip();
    ByteBuffer path = names.slice(0, current.pathLength());
    ByteBuffer target = names.slice(current.pathLength(), targetLength());
    Optional<String> name = text(path);
    Optional<String> link = text(target);
    leftOut = name.isEmpty() || link.isEmpty();
    if (leftOut) {
      parts.add(new Part.LeftOut(StandardCharsets.UTF_8.decode(path).toString()));
    } else {
      shape.add(name.orElseThrow(), current.kind() == EntryHeader.DIRECTORY);
      parts.add(new Part.Begins(entry(name.orElseThrow(), link.orElseThrow())));
    }
    owed = current.kind() == EntryHeader.FILE && contents ? current.size() : 0;
    state = owed > 0 ? State.CONTENT : State.HEADER;
  }

  private void takeContent(ByteBuffer piece, List<Part> parts) {
    int count = (int) Math.min(piece.remaining(), owed);
    if (!leftOut) {
      parts.add(new Part.Content(piece.slice(piece.position(), count).asReadOnlyBuffer()));
    }
    piece.position(piece.position() + count);
    owed -= count;
    if (owed == 0) {
      state = State.HEADER;
    }
  }

  private static boolean fill(ByteBuffer buffer, ByteBuffer piece) {
    int count = Math.min(buffer.remaining(), piece.remaining());
    buffer.put(piece.slice(piece.position(), count));
    piece.position(piece.position() + count);
    return !buffer.hasRemaining();
  }

  private FileEntry entry(String path, String target) {
    boolean link = current.kind() == EntryHeader.LINK;
    FileEntry.Kind kind =
        switch (current.kind()) {
          case EntryHeader.DIRECTORY -> FileEntry.Kind.DIRECTORY;
          case EntryHeader.FILE -> FileEntry.Kind.FILE;
          case EntryHeader.LINK -> FileEntry.Kind.LINK;
          default -> FileEntry.Kind.OTHER;
        };
    return new FileEntry(
        path,
        kind,
        current.mode(),
        current.uid(),
        current.gid(),
        current.modified(),
        link ? 0 : current.size(),
        link ? Optional.of(target) : Optional.empty());
  }

  private static Optional<String> text(ByteBuffer bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }
}
