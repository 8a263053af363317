package torpor.runtime.wasm.wasi;

import java.util.List;
import java.util.Optional;

/// A directory. Names are single components, never empty, `.` or `..`.
public interface DirectoryNode extends Node {
  Optional<Node> child(String name);

  /// The names in it, in a stable order.
  List<String> names();

  FileNode createFile(String name);

  void createDirectory(String name);

  void removeFile(String name);

  void removeDirectory(String name);

  /// Moves an entry to another directory of the same tree, replacing what POSIX allows to replace.
  void rename(String name, DirectoryNode target, String newName);
}
