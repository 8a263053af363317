package torpor.runtime.wasm.wasi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The descriptors of one guest: 0 to 2 the standard streams, then one per tree, then what it
/// opened.
///
/// A restored table has the same numbers, flags and positions. Used by the guest's thread only.
public final class DescriptorTable {
  private static final int FIRST_TREE = 3;
  private static final int MAX_OPEN = 1024;
  private static final int STDIN = -1;
  private static final int STDOUT = -2;
  private static final int STDERR = -3;

  private final List<Mount> mounts;
  private final TreeMap<Integer, Descriptor> open = new TreeMap<>();

  /// A tree and the absolute path at which the guest finds it.
  public record Mount(String guestPath, FileTree tree) {}

  public DescriptorTable(List<Mount> mounts) {
    this.mounts = List.copyOf(mounts);
    open.put(0, new Descriptor.Input());
    open.put(1, new Descriptor.Output(OutputSink.Stream.STDOUT));
    open.put(2, new Descriptor.Output(OutputSink.Stream.STDERR));
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      open.put(
          FIRST_TREE + i,
          new Descriptor.OpenDirectory(i, mount.tree().root(), Optional.of(mount.guestPath())));
    }
  }

  Descriptor get(int number) {
    Descriptor descriptor = open.get(number);
    if (descriptor == null) {
      throw new ErrnoException(Errno.BADF);
    }
    if (descriptor instanceof Descriptor.Stale) {
      throw new ErrnoException(Errno.STALE);
    }
    return descriptor;
  }

  Descriptor.OpenFile file(int number) {
    return switch (get(number)) {
      case Descriptor.OpenFile file -> file;
      case Descriptor.OpenDirectory directory -> throw new ErrnoException(Errno.ISDIR);
      default -> throw new ErrnoException(Errno.SPIPE);
    };
  }

  Descriptor.OpenDirectory directory(int number) {
    if (get(number) instanceof Descriptor.OpenDirectory directory) {
      return directory;
    }
    throw new ErrnoException(Errno.NOTDIR);
  }

  boolean readOnly(Descriptor.OpenDirectory directory) {
    return mounts.get(directory.tree()).tree().readOnly();
  }

  int add(Descriptor descriptor) {
    if (open.size() >= MAX_OPEN) {
      throw new ErrnoException(Errno.MFILE);
    }
    int number = FIRST_TREE + mounts.size();
    while (open.containsKey(number)) {
      number++;
    }
    put(number, descriptor);
    return number;
  }

  void close(int number) {
    Descriptor gone = open.remove(number);
    if (gone == null) {
      throw new ErrnoException(Errno.BADF);
    }
    if (gone instanceof Descriptor.OpenFile file) {
      file.node().closed();
    }
  }

  void renumber(int from, int to) {
    Descriptor moved = get(from);
    get(to);
    if (from != to) {
      open.remove(from);
      close(to);
      open.put(to, moved);
    }
  }

  /// Releases everything; the table is not used afterwards.
  public void closeAll() {
    List.copyOf(open.keySet()).forEach(this::close);
  }

  /// The rows a checkpoint keeps, including which of the given descriptors were closed meanwhile.
  public List<SavedDescriptor> save() {
    List<SavedDescriptor> rows = new ArrayList<>();
    for (Map.Entry<Integer, Descriptor> entry : open.entrySet()) {
      saved(entry.getKey(), entry.getValue()).ifPresent(rows::add);
    }
    return rows;
  }

  private static Optional<SavedDescriptor> saved(int number, Descriptor descriptor) {
    return switch (descriptor) {
      case Descriptor.OpenFile f ->
          Optional.of(
              new SavedDescriptor(
                  number, f.tree(), f.node().identity(), f.rights(), f.flags(), f.position()));
      case Descriptor.OpenDirectory d ->
          Optional.of(
              new SavedDescriptor(
                  number, d.tree(), d.node().identity(), Descriptor.ALL_RIGHTS, 0, 0));
      case Descriptor.Stale s ->
          Optional.of(new SavedDescriptor(number, s.tree(), s.identity(), 0, 0, 0));
      case Descriptor.Input in -> Optional.of(stream(number, STDIN));
      case Descriptor.Output out ->
          Optional.of(stream(number, out.stream() == OutputSink.Stream.STDOUT ? STDOUT : STDERR));
    };
  }

  /// A standard stream, told apart from files by its negative tree.
  private static SavedDescriptor stream(int number, int which) {
    return new SavedDescriptor(number, which, "", 0, 0, 0);
  }

  /// Replaces all descriptors by those of a checkpoint.
  public void restore(List<SavedDescriptor> rows) {
    open.clear();
    for (SavedDescriptor row : rows) {
      try {
        put(row.number(), restored(row));
      } catch (ErrnoException unreadable) {
        open.put(row.number(), new Descriptor.Stale(row.tree(), row.identity()));
      }
    }
  }

  private Descriptor restored(SavedDescriptor row) {
    return switch (row.tree()) {
      case STDIN -> new Descriptor.Input();
      case STDOUT -> new Descriptor.Output(OutputSink.Stream.STDOUT);
      case STDERR -> new Descriptor.Output(OutputSink.Stream.STDERR);
      default -> restoredNode(row);
    };
  }

  private Descriptor restoredNode(SavedDescriptor row) {
    if (row.tree() >= mounts.size()) {
      return new Descriptor.Stale(row.tree(), row.identity());
    }
    Mount mount = mounts.get(row.tree());
    Optional<String> preopened =
        row.number() == FIRST_TREE + row.tree() ? Optional.of(mount.guestPath()) : Optional.empty();
    Node found = mount.tree().find(row.identity()).orElse(null);
    if (found instanceof DirectoryNode directory) {
      return new Descriptor.OpenDirectory(row.tree(), directory, preopened);
    }
    if (found instanceof FileNode file) {
      return new Descriptor.OpenFile(row.tree(), file, row.rights(), row.flags(), row.position());
    }
    return new Descriptor.Stale(row.tree(), row.identity());
  }

  private void put(int number, Descriptor descriptor) {
    if (descriptor instanceof Descriptor.OpenFile file) {
      file.node().opened();
    }
    open.put(number, descriptor);
  }
}
