package torpor.runtime.wasm.wasi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/// Walks a path one component at a time, never above the directory it starts at.
///
/// This is the sandbox: `..` is undone on our own stack of directories and never handed to the
/// operating system, an absolute path or link leads nowhere, and a link is just more components.
final class PathWalk {
  private static final int MAX_LINKS = 40;
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_PATH = 4096;

  /// Where a path ended: a name in a directory, and what is there, if anything. A path that names
  /// the directory it started at (`.`) has the name `.`.
  record Place(DirectoryNode parent, String name, Optional<Node> node, boolean directoryWanted) {
    Node existing() {
      Node found = node.orElseThrow(() -> new ErrnoException(Errno.NOENT));
      if (directoryWanted && !(found instanceof DirectoryNode)) {
        throw new ErrnoException(Errno.NOTDIR);
      }
      return found;
    }

    /// For calls that make, remove or move an entry: the directory itself cannot be one.
    Place entry() {
      if (name.equals(".")) {
        throw new ErrnoException(Errno.INVAL);
      }
      return this;
    }
  }

  private final Deque<DirectoryNode> directories = new ArrayDeque<>();
  private final Deque<String> pending = new ArrayDeque<>();
  private int links;

  private PathWalk(DirectoryNode start) {
    directories.push(start);
  }

  /// @param followLast whether a symbolic link as the last component is followed
  static Place resolve(DirectoryNode start, String path, boolean followLast) {
    if (path.isEmpty()) {
      throw new ErrnoException(Errno.NOENT);
    }
    if (path.length() > MAX_PATH) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    PathWalk walk = new PathWalk(start);
    walk.enqueue(path);
    return walk.run(followLast, path.endsWith("/"));
  }

  private Place run(boolean followLast, boolean directoryWanted) {
    while (!pending.isEmpty()) {
      String name = pending.pop();
      if (name.equals("..")) {
        directories.pop();
        if (directories.isEmpty()) {
          throw new ErrnoException(Errno.NOTCAPABLE);
        }
        continue;
      }
      Optional<Node> node = directories.element().child(checked(name));
      boolean last = pending.isEmpty();
      if (node.isPresent()
          && node.get() instanceof LinkNode link
          && (!last || followLast || directoryWanted)) {
        follow(link);
      } else if (last) {
        return new Place(directories.element(), name, node, directoryWanted);
      } else {
        directories.push(directory(node));
      }
    }
    DirectoryNode here = directories.element();
    return new Place(here, ".", Optional.of(here), true);
  }

  private void follow(LinkNode link) {
    if (++links > MAX_LINKS) {
      throw new ErrnoException(Errno.LOOP);
    }
    enqueue(link.target());
  }

  private void enqueue(String path) {
    if (path.startsWith("/")) {
      throw new ErrnoException(Errno.NOTCAPABLE);
    }
    Arrays.stream(path.split("/", -1))
        .filter(part -> !part.isEmpty() && !part.equals("."))
        .toList()
        .reversed()
        .forEach(pending::push);
  }

  private static DirectoryNode directory(Optional<Node> node) {
    if (node.orElseThrow(() -> new ErrnoException(Errno.NOENT))
        instanceof DirectoryNode directory) {
      return directory;
    }
    throw new ErrnoException(Errno.NOTDIR);
  }

  private static String checked(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    if (name.getBytes(UTF_8).length > MAX_NAME_BYTES) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    return name;
  }
}
