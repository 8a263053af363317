package torpor.runtime.qemu.session;

import java.util.ArrayDeque;
import java.util.Deque;

/// Sees that the paths of a tree's entries are beneath each other: the tree's root is `.` and comes
/// first, and of everything else the directory it is in was said before, with nothing but what is
/// below that directory in between. So no path leads through a link or out of the tree.
///
/// Holds the directories that lead to the newest entry, and so little.
final class TreeShape {
  static final String ROOT = ".";
  private static final int DEEPEST = 256;
  private final Deque<String> directories = new ArrayDeque<>();
  private boolean begun;

  /// @throws MalformedCopyException where this path may not come now
  void add(String path, boolean directory) throws MalformedCopyException {
    if (path.equals(ROOT) == begun) {
      throw new MalformedCopyException("the tree's root is not its first entry, or not its only");
    }
    if (begun) {
      checkNames(path);
      int slash = path.lastIndexOf('/');
      String parent = slash < 0 ? ROOT : path.substring(0, slash);
      while (!directories.isEmpty() && !directories.peek().equals(parent)) {
        directories.pop();
      }
      if (directories.isEmpty()) {
        throw new MalformedCopyException("an entry is not in the directory before it: " + path);
      }
    }
    begun = true;
    if (directory) {
      directories.push(path);
      if (directories.size() > DEEPEST) {
        throw new MalformedCopyException("directories are too deep: " + path);
      }
    }
  }

  private static void checkNames(String path) throws MalformedCopyException {
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        throw new MalformedCopyException("not a path below the item: " + path);
      }
    }
  }
}
