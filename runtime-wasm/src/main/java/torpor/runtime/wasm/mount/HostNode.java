package torpor.runtime.wasm.mount;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileType;
import torpor.runtime.wasm.wasi.Node;
import torpor.runtime.wasm.wasi.Stat;

/// What every node of a mount has: its place below the top, and no way to be changed.
abstract class HostNode implements Node {
  private final HostTree tree;
  private final List<String> components;

  HostNode(HostTree tree, List<String> components) {
    this.tree = tree;
    this.components = List.copyOf(components);
  }

  HostTree tree() {
    return tree;
  }

  List<String> components() {
    return components;
  }

  @Override
  public Stat stat() {
    BasicFileAttributes attributes = tree.attributes(components);
    FileType type =
        attributes.isDirectory()
            ? FileType.DIRECTORY
            : attributes.isSymbolicLink() ? FileType.SYMBOLIC_LINK : FileType.REGULAR_FILE;
    return new Stat(
        Integer.toUnsignedLong(Objects.hashCode(attributes.fileKey())),
        type,
        attributes.size(),
        nanos(attributes.lastAccessTime()),
        nanos(attributes.lastModifiedTime()),
        nanos(attributes.lastModifiedTime()));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  @Override
  public String identity() {
    return String.join("/", components);
  }

  @Override
  public void setTimes(long accessed, long modified) {
    throw new ErrnoException(Errno.ROFS);
  }
}
