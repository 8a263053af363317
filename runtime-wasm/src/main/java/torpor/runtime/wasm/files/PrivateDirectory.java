package torpor.runtime.wasm.files;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import torpor.runtime.wasm.wasi.DirectoryNode;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.FileNode;
import torpor.runtime.wasm.wasi.FileType;
import torpor.runtime.wasm.wasi.Node;

/// A directory: names and the inodes they stand for.
final class PrivateDirectory extends Inode implements DirectoryNode {
  private final TreeMap<String, Long> entries = new TreeMap<>();
  private boolean linked = true;

  PrivateDirectory(PrivateFiles files, long number) {
    super(files, number);
  }

  @Override
  FileType type() {
    return FileType.DIRECTORY;
  }

  @Override
  long size() {
    return entries.size();
  }

  @Override
  public Optional<Node> child(String name) {
    return Optional.ofNullable(entry(name));
  }

  private @Nullable Inode entry(String name) {
    Long number = entries.get(name);
    return number == null ? null : files().inode(number);
  }

  private Inode existing(String name) {
    Inode inode = entry(name);
    if (inode == null) {
      throw new ErrnoException(Errno.NOENT);
    }
    return inode;
  }

  @Override
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public FileNode createFile(String name) {
    requireLinked();
    PrivateFile file = files().newFile();
    put(name, file);
    return file;
  }

  @Override
  public void createDirectory(String name) {
    requireLinked();
    put(name, files().newDirectory());
  }

  private void requireLinked() {
    if (!linked) {
      throw new ErrnoException(Errno.NOENT);
    }
  }

  private void put(String name, Inode inode) {
    entries.put(name, inode.number());
    touched();
  }

  @Override
  public void removeFile(String name) {
    if (!(existing(name) instanceof PrivateFile file)) {
      throw new ErrnoException(Errno.ISDIR);
    }
    entries.remove(name);
    touched();
    file.unlinked();
  }

  @Override
  public void removeDirectory(String name) {
    if (!(existing(name) instanceof PrivateDirectory directory)) {
      throw new ErrnoException(Errno.NOTDIR);
    }
    if (!directory.entries.isEmpty()) {
      throw new ErrnoException(Errno.NOTEMPTY);
    }
    entries.remove(name);
    touched();
    directory.linked = false;
    files().forget(directory);
  }

  @Override
  public void rename(String name, DirectoryNode target, String newName) {
    if (!(target instanceof PrivateDirectory to)) {
      throw new ErrnoException(Errno.XDEV);
    }
    Inode moved = existing(name);
    to.requireLinked();
    if (moved instanceof PrivateDirectory directory && directory.contains(to)) {
      throw new ErrnoException(Errno.INVAL);
    }
    Inode replaced = to.entry(newName);
    if (replaced == moved) {
      return;
    }
    if (replaced != null) {
      to.makeRoom(newName, moved, replaced);
    }
    entries.remove(name);
    touched();
    to.put(newName, moved);
  }

  private void makeRoom(String name, Inode moved, Inode replaced) {
    boolean directory = moved instanceof PrivateDirectory;
    if (directory && replaced instanceof PrivateFile) {
      throw new ErrnoException(Errno.NOTDIR);
    }
    if (replaced instanceof PrivateDirectory) {
      if (!directory) {
        throw new ErrnoException(Errno.ISDIR);
      }
      removeDirectory(name);
    } else {
      removeFile(name);
    }
  }

  private boolean contains(PrivateDirectory other) {
    return this == other
        || entries.values().stream()
            .map(files()::inode)
            .anyMatch(inode -> inode instanceof PrivateDirectory d && d.contains(other));
  }

  @Override
  void write(DataOutput out) throws IOException {
    super.write(out);
    out.writeInt(entries.size());
    for (Map.Entry<String, Long> entry : entries.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeLong(entry.getValue());
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    super.read(in);
    for (int left = in.readInt(); left > 0; left--) {
      entries.put(in.readUTF(), in.readLong());
    }
  }
}
