package torpor.runtime.wasm.mount;

import java.util.List;
import torpor.runtime.wasm.wasi.LinkNode;

/// A symbolic link in a mount.
final class HostLink extends HostNode implements LinkNode {
  HostLink(HostTree tree, List<String> components) {
    super(tree, components);
  }

  @Override
  public String target() {
    return tree().linkTarget(components());
  }
}
