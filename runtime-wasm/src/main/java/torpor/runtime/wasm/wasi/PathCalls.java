package torpor.runtime.wasm.wasi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.Memory;

/// The `path_*` calls.
final class PathCalls {
  private static final int FOLLOW_LAST_LINK = 1;
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;
  private static final int MAX_PATH_BYTES = 1 << 14;

  private final DescriptorTable table;

  PathCalls(DescriptorTable table) {
    this.table = table;
  }

  List<WasiFunction> functions() {
    return List.of(
        new WasiFunction("path_create_directory", "iii", this::createDirectory),
        new WasiFunction("path_filestat_get", "iiiii", this::stat),
        new WasiFunction("path_filestat_set_times", "iiiiIIi", this::setTimes),
        new WasiFunction("path_link", "iiiiiii", (m, a) -> unsupported(a[0])),
        new WasiFunction("path_open", "iiiiiIIii", this::open),
        new WasiFunction("path_readlink", "iiiiii", this::readLink),
        new WasiFunction("path_remove_directory", "iii", this::removeDirectory),
        new WasiFunction("path_rename", "iiiiii", this::rename),
        new WasiFunction("path_symlink", "iiiii", (m, a) -> unsupported(a[2])),
        new WasiFunction("path_unlink_file", "iii", this::unlink));
  }

  /// The private directory has no links; a mount is read-only.
  private Errno unsupported(long directory) {
    writable((int) directory);
    return Errno.NOTSUP;
  }

  private Errno createDirectory(Memory memory, long[] a) {
    DirectoryNode start = writable((int) a[0]);
    PathWalk.Place place = PathWalk.resolve(start, path(memory, a[1], a[2]), false);
    if (place.node().isPresent()) {
      throw new ErrnoException(Errno.EXIST);
    }
    place.parent().createDirectory(place.name());
    return Errno.SUCCESS;
  }

  private Errno stat(Memory memory, long[] a) {
    DirectoryNode start = table.directory((int) a[0]).node();
    Node node = PathWalk.resolve(start, path(memory, a[2], a[3]), follows(a[1])).existing();
    Structures.writeStat(memory, (int) a[4], node.stat());
    return Errno.SUCCESS;
  }

  private Errno setTimes(Memory memory, long[] a) {
    DirectoryNode start = writable((int) a[0]);
    Node node = PathWalk.resolve(start, path(memory, a[2], a[3]), follows(a[1])).existing();
    Structures.setTimes(node, a[4], a[5], (int) a[6]);
    return Errno.SUCCESS;
  }

  private Errno open(Memory memory, long[] a) {
    Descriptor.OpenDirectory start = table.directory((int) a[0]);
    int how = (int) a[4];
    long rights = a[5];
    boolean changes = (how & (CREATE | TRUNCATE)) != 0 || (rights & Descriptor.RIGHT_WRITE) != 0;
    PathWalk.Place place = PathWalk.resolve(start.node(), path(memory, a[2], a[3]), follows(a[1]));
    if (place.node().isPresent() && (how & CREATE) != 0 && (how & EXCLUSIVE) != 0) {
      throw new ErrnoException(Errno.EXIST);
    }
    if (changes && table.readOnly(start)) {
      refuseChange(place, how);
    }
    Node node = place.node().isPresent() ? place.existing() : created(place, how);
    int number = table.add(descriptor(start.tree(), node, how, rights, (int) a[7]));
    memory.writeI32((int) a[8], number);
    return Errno.SUCCESS;
  }

  /// On a read-only tree what does not exist is "not found" only if nothing was to be created, and
  /// a directory may be opened with whatever rights, since they mean nothing on it.
  private static void refuseChange(PathWalk.Place place, int how) {
    boolean directory = place.node().filter(DirectoryNode.class::isInstance).isPresent();
    if (place.node().isEmpty() && (how & CREATE) == 0) {
      throw new ErrnoException(Errno.NOENT);
    }
    if (!directory) {
      throw new ErrnoException(Errno.ROFS);
    }
  }

  private static Node created(PathWalk.Place place, int how) {
    if ((how & CREATE) == 0) {
      throw new ErrnoException(Errno.NOENT);
    }
    if ((how & DIRECTORY) != 0 || place.directoryWanted()) {
      throw new ErrnoException(Errno.ISDIR);
    }
    return place.parent().createFile(place.name());
  }

  private static Descriptor descriptor(int tree, Node node, int how, long rights, int flags) {
    return switch (node) {
      case DirectoryNode directory -> {
        if ((how & TRUNCATE) != 0) {
          throw new ErrnoException(Errno.ISDIR);
        }
        yield new Descriptor.OpenDirectory(tree, directory, Optional.empty());
      }
      case FileNode file -> {
        if ((how & DIRECTORY) != 0) {
          throw new ErrnoException(Errno.NOTDIR);
        }
        if ((how & TRUNCATE) != 0) {
          file.resize(0);
        }
        yield new Descriptor.OpenFile(tree, file, rights, flags, 0);
      }
      case LinkNode link -> throw new ErrnoException(Errno.LOOP);
      default -> throw new ErrnoException(Errno.ACCES);
    };
  }

  private Errno readLink(Memory memory, long[] a) {
    DirectoryNode start = table.directory((int) a[0]).node();
    Node node = PathWalk.resolve(start, path(memory, a[1], a[2]), false).existing();
    if (!(node instanceof LinkNode link)) {
      throw new ErrnoException(Errno.INVAL);
    }
    byte[] target = link.target().getBytes(UTF_8);
    int part = Math.min(target.length, Math.max(0, (int) a[4]));
    memory.write((int) a[3], target, 0, part);
    memory.writeI32((int) a[5], part);
    return Errno.SUCCESS;
  }

  private Errno removeDirectory(Memory memory, long[] a) {
    PathWalk.Place place = entryToChange(memory, a);
    if (!(place.existing() instanceof DirectoryNode)) {
      throw new ErrnoException(Errno.NOTDIR);
    }
    place.parent().removeDirectory(place.name());
    return Errno.SUCCESS;
  }

  private Errno unlink(Memory memory, long[] a) {
    PathWalk.Place place = entryToChange(memory, a);
    if (place.existing() instanceof DirectoryNode) {
      throw new ErrnoException(Errno.ISDIR);
    }
    place.parent().removeFile(place.name());
    return Errno.SUCCESS;
  }

  private PathWalk.Place entryToChange(Memory memory, long[] a) {
    return PathWalk.resolve(writable((int) a[0]), path(memory, a[1], a[2]), false).entry();
  }

  private Errno rename(Memory memory, long[] a) {
    Descriptor.OpenDirectory from = table.directory((int) a[0]);
    Descriptor.OpenDirectory to = table.directory((int) a[3]);
    DirectoryNode start = writable((int) a[0]);
    PathWalk.Place origin = PathWalk.resolve(start, path(memory, a[1], a[2]), false).entry();
    PathWalk.Place target =
        PathWalk.resolve(writable((int) a[3]), path(memory, a[4], a[5]), false).entry();
    if (from.tree() != to.tree()) {
      throw new ErrnoException(Errno.XDEV);
    }
    origin.existing();
    origin.parent().rename(origin.name(), target.parent(), target.name());
    return Errno.SUCCESS;
  }

  private DirectoryNode writable(int number) {
    Descriptor.OpenDirectory directory = table.directory(number);
    if (table.readOnly(directory)) {
      throw new ErrnoException(Errno.ROFS);
    }
    return directory.node();
  }

  private static boolean follows(long lookupFlags) {
    return (lookupFlags & FOLLOW_LAST_LINK) != 0;
  }

  private static String path(Memory memory, long address, long length) {
    if (length < 0 || length > MAX_PATH_BYTES) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    byte[] bytes = memory.readBytes((int) address, (int) length);
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ErrnoException(Errno.INVAL);
    }
  }
}
