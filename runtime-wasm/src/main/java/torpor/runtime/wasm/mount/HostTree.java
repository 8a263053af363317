package torpor.runtime.wasm.mount;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import torpor.runtime.wasm.wasi.DirectoryNode;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileTree;
import torpor.runtime.wasm.wasi.Node;

/// A directory of the host, read-only, with everything below it.
public final class HostTree implements FileTree {
  private final Path top;

  /// @param top an existing directory; links in this path itself are the operator's, and are
  ///   followed
  public HostTree(Path top) throws IOException {
    this.top = top.toRealPath();
    if (!Files.isDirectory(this.top)) {
      throw new NotDirectoryException(top.toString());
    }
  }

  @Override
  public DirectoryNode root() {
    return new HostDirectory(this, List.of());
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public Optional<Node> find(String identity) {
    if (identity.isEmpty()) {
      return Optional.of(root());
    }
    try {
      return node(List.of(identity.split("/")));
    } catch (ErrnoException gone) {
      return Optional.empty();
    }
  }

  /// The node at these components, none of which is followed if it is a link.
  Optional<Node> node(List<String> components) {
    String name = components.getLast();
    try (SecureDirectoryStream<Path> parent = open(components.subList(0, components.size() - 1))) {
      BasicFileAttributes attributes = attributes(parent, name);
      if (attributes.isDirectory()) {
        return Optional.of(new HostDirectory(this, components));
      }
      if (attributes.isSymbolicLink()) {
        return Optional.of(new HostLink(this, components));
      }
      // Opening a pipe or a device could block or act; a guest sees no such thing.
      return attributes.isRegularFile()
          ? Optional.of(new HostFile(this, components))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  BasicFileAttributes attributes(List<String> components) {
    try {
      if (components.isEmpty()) {
        return Files.readAttributes(top, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      }
      try (var parent = open(components.subList(0, components.size() - 1))) {
        return attributes(parent, components.getLast());
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> parent, String name)
      throws IOException {
    return parent
        .getFileAttributeView(
            Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /// Opens a directory below the top, one component at a time.
  SecureDirectoryStream<Path> open(List<String> components) throws IOException {
    SecureDirectoryStream<Path> here = openTop();
    for (String component : components) {
      try (SecureDirectoryStream<Path> parent = here) {
        here = parent.newDirectoryStream(Path.of(component), LinkOption.NOFOLLOW_LINKS);
      }
    }
    return here;
  }

  private SecureDirectoryStream<Path> openTop() throws IOException {
    @SuppressWarnings("StreamResourceLeak") // closed by whoever asked for it
    DirectoryStream<Path> stream = Files.newDirectoryStream(top);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this platform has no directory handles, which mounts need");
  }

  /// The text of a link. Only text: whoever follows it goes through {@link #node} again.
  String linkTarget(List<String> components) {
    try {
      return Files.readSymbolicLink(top.resolve(String.join("/", components))).toString();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  static ErrnoException refused(IOException cause) {
    return new ErrnoException(
        switch (cause) {
          case NoSuchFileException e -> Errno.NOENT;
          case NotDirectoryException e -> Errno.NOTDIR;
          case FileSystemLoopException e -> Errno.LOOP;
          case AccessDeniedException e -> Errno.ACCES;
          case FileSystemException e
              when String.valueOf(e.getReason()).contains("symbolic links") ->
              Errno.LOOP;
          default -> Errno.IO;
        });
  }
}
