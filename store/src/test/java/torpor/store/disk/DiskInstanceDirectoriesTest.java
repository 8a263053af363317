package torpor.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.job.JobId;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.disk.DiskFailure;
import torpor.testkit.store.StoreSamples;

class DiskInstanceDirectoriesTest {
  private static final JobId JOB = StoreSamples.id(1);

  @TempDir Path temporary;
  private Path root;
  private DiskInstanceDirectories directories;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(temporary.resolve("instances"));
    directories = new DiskInstanceDirectories(root, 2);
  }

  @AfterEach
  void close() {
    directories.close();
  }

  private static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("it was not done", e);
    }
  }

  private static SnapshotNumber number(int number) {
    return new SnapshotNumber(number);
  }

  private void publish(int number, String content) throws IOException {
    Path staging = done(directories.stage(JOB, number(number)));
    Files.createDirectory(staging.resolve("disk"));
    Files.writeString(staging.resolve("memory"), content);
    done(directories.publish(JOB, number(number)));
  }

  private Set<String> snapshots() throws IOException {
    try (Stream<Path> names = Files.list(directories.of(JOB).resolve("snapshots"))) {
      return names
          .map(path -> path.getFileName().toString())
          .collect(java.util.stream.Collectors.toSet());
    }
  }

  @Test
  void aCreatedDirectoryIsListedUntilItIsRemoved() throws IOException {
    assertThat(done(directories.all())).isEmpty();
    assertThat(done(directories.create(JOB))).isEqualTo(root.resolve(JOB.ulid())).isDirectory();
    done(directories.create(JOB));
    done(directories.create(StoreSamples.id(2)));
    Files.createDirectory(root.resolve("lost+found"));
    Files.writeString(root.resolve(StoreSamples.id(3).ulid()), "a file");
    assertThat(done(directories.all())).containsExactlyInAnyOrder(JOB, StoreSamples.id(2));
    done(directories.remove(JOB));
    done(directories.remove(JOB));
    assertThat(directories.of(JOB)).doesNotExist();
  }

  @Test
  void stagingBeginsEmptyWhateverAnEarlierAttemptLeft() throws IOException {
    Path staging = done(directories.stage(JOB, number(3)));
    Files.writeString(staging.resolve("half"), "x");
    assertThat(done(directories.stage(JOB, number(3)))).isEqualTo(staging).isEmptyDirectory();
    assertThat(staging).hasFileName(".staging-3");
  }

  @Test
  void publishingRenamesAndReplacesWhatNobodyCommitted() throws IOException {
    publish(1, "first attempt");
    publish(1, "second attempt");
    assertThat(directories.snapshot(JOB, number(1)).resolve("memory")).hasContent("second attempt");
    assertThat(snapshots()).containsExactly("1");
  }

  @Test
  void publishingWhatWasNotStagedFails() {
    assertThatThrownBy(() ->
            directories.publish(JOB, number(1)).toCompletableFuture().get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DiskFailure.class)
        .hasMessageContaining("publishing snapshot 1 of " + JOB);
  }

  @Test
  void snapshotsAreDroppedByNumber() throws IOException {
    for (int i = 1; i <= 12; i++) {
      publish(i, "x");
    }
    done(directories.dropSnapshotsBelow(JOB, number(3)));
    done(directories.dropSnapshotsAfter(JOB, number(10)));
    done(directories.dropSnapshot(JOB, number(5)));
    done(directories.dropSnapshot(JOB, number(99)));
    assertThat(snapshots()).containsExactlyInAnyOrder("3", "4", "6", "7", "8", "9", "10");
    done(directories.stage(JOB, number(11)));
    done(directories.dropStaged(JOB, number(11)));
    assertThat(snapshots()).doesNotContain(".staging-11");
  }

  @Test
  void reconcilingLeavesOnlyWhatIsKnown() throws IOException {
    publish(1, "x");
    publish(2, "x");
    publish(3, "x");
    done(directories.stage(JOB, number(4)));
    Files.createDirectory(directories.of(JOB).resolve("snapshots").resolve(".replaced-2"));
    done(directories.reconcile(JOB, Set.of(number(2)), number(4)));
    assertThat(snapshots()).containsExactly("2");
    done(directories.reconcile(StoreSamples.id(9), Set.of(), number(4)));
  }

  @Test
  void removingFollowsNoLink() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    Path directory = done(directories.create(JOB));
    Files.createSymbolicLink(directory.resolve("link"), outside);
    Files.createSymbolicLink(directory.resolve("file"), precious);
    Files.createSymbolicLink(directory.resolve("dangling"), temporary.resolve("nowhere"));
    done(directories.remove(JOB));
    assertThat(directory).doesNotExist();
    assertThat(precious).exists();
  }

  @Test
  void notesAreAppendedToTheConsole() throws IOException {
    done(directories.create(JOB));
    Files.writeString(directories.console(JOB), "hello\n");
    done(directories.note(JOB, "-- restored from snapshot 2 --"));
    assertThat(directories.console(JOB)).hasContent("hello\n-- restored from snapshot 2 --\n");
  }

  @Test
  void afterCloseEverythingFailsAtOnce() {
    directories.close();
    assertThat(directories.create(JOB).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void aFailureSaysWhatWasAttempted() {
    assertThat(DiskFailures.of("staging", new IOException("x")).getMessage())
        .isEqualTo("staging: x");
    assertThat(DiskFailures.of("staging", new IOException("No space left on device")).noSpace())
        .isTrue();
  }
}
