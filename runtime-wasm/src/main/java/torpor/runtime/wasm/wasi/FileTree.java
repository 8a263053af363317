package torpor.runtime.wasm.wasi;

import java.util.Optional;

/// A tree that a guest finds at one of its top directories.
public interface FileTree {
  DirectoryNode root();

  /// The node that had this {@link Node#identity} when the guest was frozen.
  Optional<Node> find(String identity);

  boolean readOnly();
}
