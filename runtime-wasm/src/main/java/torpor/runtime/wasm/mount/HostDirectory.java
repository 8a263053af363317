package torpor.runtime.wasm.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.runtime.wasm.wasi.DirectoryNode;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;
import torpor.runtime.wasm.wasi.Node;

/// A directory of a mount.
final class HostDirectory extends HostNode implements DirectoryNode {
  HostDirectory(HostTree tree, List<String> components) {
    super(tree, components);
  }

  @Override
  public Optional<Node> child(String name) {
    List<String> below = new ArrayList<>(components());
    below.add(name);
    return tree().node(below);
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    try (SecureDirectoryStream<Path> stream = tree().open(components())) {
      stream.forEach(path -> names.add(path.getFileName().toString()));
    } catch (IOException e) {
      throw HostTree.refused(e);
    }
    names.sort(null);
    return names;
  }

  @Override
  public FileNode createFile(String name) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void createDirectory(String name) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void removeFile(String name) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void removeDirectory(String name) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void rename(String name, DirectoryNode target, String newName) {
    throw new ErrnoException(Errno.ROFS);
  }
}
