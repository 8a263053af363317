package torpor.runtime.wasm.wasi;

import java.util.List;
import java.util.Optional;

/// What a file descriptor number stands for.
sealed interface Descriptor {
  long RIGHT_READ = 1L << 1;
  long RIGHT_WRITE = 1L << 6;
  long ALL_RIGHTS = (1L << 30) - 1;
  int FLAG_APPEND = 1;

  /// Standard input: always at its end.
  record Input() implements Descriptor {}

  record Output(OutputSink.Stream stream) implements Descriptor {}

  /// A directory; `preopened` is the path under which a top directory is known to the guest.
  final class OpenDirectory implements Descriptor {
    private final int tree;
    private final DirectoryNode node;
    private final Optional<String> preopened;
    private List<String> listing = List.of();

    OpenDirectory(int tree, DirectoryNode node, Optional<String> preopened) {
      this.tree = tree;
      this.node = node;
      this.preopened = preopened;
    }

    int tree() {
      return tree;
    }

    DirectoryNode node() {
      return node;
    }

    Optional<String> preopened() {
      return preopened;
    }

    /// The names as of the last time the listing was read from its start, so that a program that
    /// removes what it lists does not skip every second entry.
    List<String> listing(boolean fromStart) {
      if (fromStart || listing.isEmpty()) {
        listing = node.names();
      }
      return listing;
    }
  }

  /// A file that was open when the guest was frozen, and whose mount no longer has it.
  record Stale(int tree, String identity) implements Descriptor {}

  /// An open regular file with its position.
  final class OpenFile implements Descriptor {
    private final int tree;
    private final FileNode node;
    private long rights;
    private int flags;
    private long position;

    OpenFile(int tree, FileNode node, long rights, int flags, long position) {
      this.tree = tree;
      this.node = node;
      this.rights = rights;
      this.flags = flags;
      this.position = position;
    }

    int tree() {
      return tree;
    }

    FileNode node() {
      return node;
    }

    long rights() {
      return rights;
    }

    void restrict(long wanted) {
      rights &= wanted;
    }

    int flags() {
      return flags;
    }

    void setFlags(int newFlags) {
      flags = newFlags;
    }

    boolean appends() {
      return (flags & FLAG_APPEND) != 0;
    }

    long position() {
      return position;
    }

    void moveTo(long newPosition) {
      position = newPosition;
    }

    OpenFile require(long right) {
      if ((rights & right) == 0) {
        throw new ErrnoException(Errno.BADF);
      }
      return this;
    }
  }
}
