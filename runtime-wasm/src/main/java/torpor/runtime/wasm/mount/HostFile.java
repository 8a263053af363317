package torpor.runtime.wasm.mount;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;

/// A regular file of a mount; the host's file is open while a descriptor refers to this node.
final class HostFile extends HostNode implements FileNode {
  private @Nullable SeekableByteChannel channel;
  private int descriptors;

  HostFile(HostTree tree, List<String> components) {
    super(tree, components);
  }

  @Override
  public int read(long position, byte[] target, int offset, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
    try {
      SeekableByteChannel open = channel().position(position);
      while (buffer.hasRemaining() && open.read(buffer) > 0) {
        // A short read is not the end of the file.
      }
      return buffer.position() - offset;
    } catch (IOException e) {
      throw HostTree.refused(e);
    }
  }

  private SeekableByteChannel channel() throws IOException {
    SeekableByteChannel open = channel;
    if (open == null) {
      Path name = Path.of(components().getLast());
      try (var parent = tree().open(components().subList(0, components().size() - 1))) {
        open =
            parent.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      }
      channel = open;
    }
    return open;
  }

  @Override
  public void write(long position, byte[] origin, int offset, int length) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void resize(long size) {
    throw new ErrnoException(Errno.ROFS);
  }

  @Override
  public void opened() {
    descriptors++;
    try {
      channel();
    } catch (IOException e) {
      descriptors--;
      throw HostTree.refused(e);
    }
  }

  @Override
  public void closed() {
    SeekableByteChannel open = channel;
    if (--descriptors == 0 && open != null) {
      channel = null;
      try {
        open.close();
      } catch (IOException e) {
        throw HostTree.refused(e);
      }
    }
  }
}
