package torpor.runtime.qemu.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.instance.volume.Volume;
import torpor.core.instance.volume.VolumeId;
import torpor.core.instance.volume.VolumeName;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.VolumeContent;
import torpor.engine.disk.DiskFailure;
import torpor.engine.volume.ArchiveUnpacking;
import torpor.host.program.HostProgram;

@Timeout(120)
class QemuVolumesTest {
  private static final VolumeId ID = new VolumeId("01jd0000000000000000000000");
  private static final HostProgram PROGRAM = new HostProgram(Duration.ofMinutes(2), 64);
  @TempDir Path directory;

  private QemuVolumes volumes(ArchiveUnpacking unpacking) {
    return new QemuVolumes(
        new VolumeShelf(directory),
        (_, _) -> {
          throw new IllegalStateException("no instance is asked for");
        },
        unpacking,
        work -> Thread.ofVirtual().start(work));
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static Volume asked() {
    return Volume.asked(ID, new VolumeName("data"), 64 * Volume.MIB, Map.of(), Instant.EPOCH);
  }

  @Test
  void whoAbandonsAnArchiveEndsTheProgramThatUnpacksIt() {
    CompletableFuture<Void> abandoned = new CompletableFuture<>();
    CompletableFuture<String> began = new CompletableFuture<>();
    QemuVolumes volumes =
        volumes((archive, _, _) -> {
          Path its = archive.resolveSibling("pid");
          PROGRAM.run(
              List.of(
                  "sh", "-c", "echo $$ > \"$0.new\"; mv \"$0.new\" \"$0\"; sleep 600", "" + its),
              () -> {
                if (Files.exists(its)) {
                  began.complete(Files.readString(its).strip());
                }
              });
        });
    CompletionStage<Long> made =
        volumes.create(
            asked(),
            new VolumeContent.Archive(new ByteArrayInputStream(new byte[1000]), abandoned));
    String pid = done(began);
    abandoned.complete(null);
    assertThatThrownBy(() -> done(made))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DiskFailure.class);
    ProcessHandle.of(Long.parseLong(pid))
        .ifPresent(left -> left.onExit().orTimeout(60, TimeUnit.SECONDS).join());
    done(volumes.remove(ID));
    assertThat(done(volumes.all())).isEmpty();
  }

  @Test
  void whatIsSettledTooLateDeletesNothing() throws IOException {
    QemuVolumes volumes = volumes((_, _, _) -> {});
    done(volumes.create(asked(), new VolumeContent.Empty()));
    Path newer = Files.createFile(directory.resolve(ID.ulid()).resolve("disk-newer.qcow2"));
    done(volumes.snapshot(ID, SnapshotNumber.FIRST));
    assertThatThrownBy(() -> done(volumes.settle(ID, Set.of(), () -> false)))
        .hasCauseInstanceOf(DiskFailure.class);
    assertThat(newer).exists();
    assertThat(directory.resolve(ID.ulid()).resolve("snapshots").resolve("1")).exists();

    assertThat(done(volumes.settle(ID, Set.of(), () -> true))).isEqualTo(64 * Volume.MIB);
    assertThat(newer).doesNotExist();
    assertThat(directory.resolve(ID.ulid()).resolve("snapshots").resolve("1")).doesNotExist();
  }
}
