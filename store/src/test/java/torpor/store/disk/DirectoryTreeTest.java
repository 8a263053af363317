package torpor.store.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
  private static final int TIMES = 200;

  @TempDir Path directory;

  /// Puts `data-<number>` in the place of the one before, as upkeep of snapshots does.
  private static void replace(Path tree, int number) throws IOException {
    Files.createFile(tree.resolve("data-" + number));
    Path next = Files.writeString(tree.resolveSibling("next"), "data-" + number);
    Files.move(next, tree.resolve("manifest"), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(tree.resolve("data-" + (number - 1)));
  }

  @Test
  void whatIsLinkedIsWhatWasThereAtOneMoment() throws Exception {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    replace(tree, 0);
    Semaphore turns = new Semaphore(0);
    Semaphore replaced = new Semaphore(0);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> replacing =
          other.submit(() -> {
            for (int number = 1; number <= TIMES; number++) {
              assertThat(turns.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
              replace(tree, number);
              replaced.release();
            }
            return true;
          });
      for (int i = 0; i < TIMES; i++) {
        Path linked = Files.createDirectory(directory.resolve("linked-" + i));
        turns.release();

        DirectoryTree.link(tree, linked);

        String named = Files.readString(linked.resolve("manifest"));
        // The one before may be there still, as the one after may be already.
        int number = Integer.parseInt(named.substring("data-".length()));
        assertThat(DirectoryTree.children(linked))
            .contains(linked.resolve("manifest"), linked.resolve(named))
            .isSubsetOf(
                linked.resolve("manifest"),
                linked.resolve("data-" + (number - 1)),
                linked.resolve(named),
                linked.resolve("data-" + (number + 1)))
            .hasSizeLessThanOrEqualTo(3);
        // One at a time: what is replaced without end cannot be linked, and need not be.
        assertThat(replaced.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      }
      var _ = replacing.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aTreeIsLinkedWithItsDirectories() throws IOException {
    Path tree = directory.resolve("tree");
    Files.createDirectories(tree.resolve("below"));
    Files.writeString(tree.resolve("below/file"), "text");
    Path linked = Files.createDirectory(directory.resolve("linked"));

    DirectoryTree.link(tree, linked);

    assertThat(Files.isSameFile(linked.resolve("below/file"), tree.resolve("below/file"))).isTrue();
  }
}
