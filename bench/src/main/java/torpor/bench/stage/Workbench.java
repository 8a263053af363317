package torpor.bench.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a benchmark is given. Used by one benchmark at a time.
public final class Workbench implements AutoCloseable {
  private static final long NAMES = 36L * 36 * 36 * 36 * 36;

  private final Path root;
  private final Scale scale;
  private final Consumer<String> progress;
  private Optional<Postgresql> postgresql = Optional.empty();

  /// @param parent on the disk to measure; a directory is made in it and removed again
  /// @param progress told what is going on, for people
  public Workbench(Path parent, Scale scale, Consumer<String> progress) throws IOException {
    Files.createDirectories(parent);
    String unique = Long.toString(ThreadLocalRandom.current().nextLong(NAMES), Character.MAX_RADIX);
    // Short, since sockets lie below it, and their paths have some hundred characters and no more.
    this.root = Files.createDirectory(parent.resolve("b" + unique));
    this.scale = scale;
    this.progress = progress;
  }

  public Scale scale() {
    return scale;
  }

  public void say(String what) {
    progress.accept(what);
  }

  /// A new empty directory.
  public Path directory(String name) throws IOException {
    return Files.createTempDirectory(root, name);
  }

  public Path root() {
    return root;
  }

  /// The server, started by the first call.
  public Postgresql postgresql() throws IOException {
    if (postgresql.isEmpty()) {
      say("starting PostgreSQL");
      postgresql = Optional.of(Postgresql.start(directory("postgresql")));
    }
    return postgresql.orElseThrow();
  }

  /// Removes a directory that will not be needed again, so that the next one has its page cache.
  public static void remove(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + directory, e);
    }
  }

  @Override
  public void close() throws IOException {
    if (postgresql.isPresent()) {
      postgresql.orElseThrow().close();
    }
    remove(root);
  }
}
