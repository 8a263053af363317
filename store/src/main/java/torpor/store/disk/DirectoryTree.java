package torpor.store.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import torpor.host.file.DurableFiles;
import torpor.host.file.FileTrees;

/// Directories made, synced and deleted whole.
final class DirectoryTree {
  private static final int ATTEMPTS = 10;

  private DirectoryTree() {}

  /// Makes the names in `directory` durable, its files' contents aside.
  static void sync(Path directory) throws IOException {
    DurableFiles.flush(directory);
  }

  /// Makes the names in `directory` and in every directory below it durable.
  static void syncAll(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            sync(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Creates `directory` and what is missing above it, below `root`, and makes each durable.
  static void create(Path root, Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null && !directory.equals(root)) {
      create(root, parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      sync(parent);
    }
  }

  /// Makes `to`, an empty directory, the same tree as `from`, its files shared. Where a file is
  /// replaced meanwhile it begins anew, so what is linked is what was there at one moment.
  static void link(Path from, Path to) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Map<Path, Object> before = identities(from);
        linkAll(from, before.keySet(), to);
        if (before.equals(identities(from))) {
          return;
        }
      } catch (NoSuchFileException replaced) {
        if (attempt == ATTEMPTS || !Files.isDirectory(from)) {
          throw replaced;
        }
      }
      if (attempt == ATTEMPTS) {
        throw new IOException("its files are replaced again and again");
      }
      deleteContents(to);
    }
  }

  private static void linkAll(Path from, Set<Path> all, Path to) throws IOException {
    for (Path source : all) {
      Path target = to.resolve(from.relativize(source).toString());
      if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(target);
      } else {
        Files.createLink(target, source);
      }
    }
  }

  /// Everything in a tree, parents first, and which file each is.
  private static Map<Path, Object> identities(Path root) throws IOException {
    Map<Path, Object> identities = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.toList()) {
        identities.put(each, Files.getAttribute(each, "unix:ino", LinkOption.NOFOLLOW_LINKS));
      }
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
    return identities;
  }

  /// Deletes `target`, whatever it is, and makes that durable. Does nothing where there is nothing.
  static void delete(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    deleteTree(target);
    Path parent = target.getParent();
    if (parent != null && Files.isDirectory(parent)) {
      sync(parent);
    }
  }

  /// Somebody may still be putting a file into it.
  private static void deleteTree(Path target) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        FileTrees.delete(target);
        return;
      } catch (DirectoryNotEmptyException grown) {
        if (attempt == ATTEMPTS) {
          throw grown;
        }
      }
    }
  }

  static void deleteContents(Path directory) throws IOException {
    for (Path child : children(directory)) {
      delete(child);
    }
  }

  /// Empty where there is no such directory.
  static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
