package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;
import torpor.runtime.wasm.snapshot.SnapshotException;
import torpor.runtime.wasm.snapshot.SnapshotException.Problem;

class SnapshotFaultsTest {
  @TempDir Path root;
  private GuestLab lab;
  private PreparedModule module;

  @BeforeEach
  void open() throws Exception {
    lab = new GuestLab(root);
    module = lab.prepare("worker");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private Path snapshot() throws Exception {
    Path directory = lab.snapshotDirectory("a", 2);
    try (Guest guest = lab.fresh(module, "a", "4")) {
      GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
      GuestLab.await(guest.resume(Resumption.of(0)));
      guest.snapshot(directory, 2);
    }
    return directory;
  }

  private void assertRefused(Path directory, Problem problem) {
    assertThatThrownBy(() -> lab.restored(module, "b", directory, "4"))
        .isInstanceOfSatisfying(
            SnapshotException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    assertThat(lab.budget.reservedBytes()).isZero();
  }

  @Test
  void aFlippedBitInAnyFileIsRefused() throws Exception {
    Path directory = snapshot();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        flip(file);
        assertRefused(directory, Problem.CORRUPT);
        flip(file);
      }
    }
    try (Guest intact = lab.restored(module, "b", directory, "4")) {
      assertThat(GuestLab.await(intact.resume(Resumption.of(1)))).isInstanceOf(Suspended.class);
    }
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      long at = access.length() * 2 / 3;
      access.seek(at);
      int before = access.read();
      access.seek(at);
      access.write(before ^ 4);
    }
  }

  @Test
  void aTruncatedOrMissingFileIsRefused() throws Exception {
    Path directory = snapshot();
    Path pages = directory.resolve("pages-2");
    byte[] content = Files.readAllBytes(pages);
    Files.write(pages, Arrays.copyOf(content, content.length - 1));
    assertRefused(directory, Problem.CORRUPT);
    Files.delete(pages);
    assertRefused(directory, Problem.INCOMPLETE);
    Files.delete(directory.resolve("manifest"));
    assertRefused(directory, Problem.INCOMPLETE);
  }

  @Test
  void aSnapshotOfAnotherModuleIsRefused() throws Exception {
    Path directory = snapshot();
    PreparedModule other = lab.prepare("calls");
    assertThatThrownBy(() -> lab.restored(other, "b", directory))
        .isInstanceOfSatisfying(
            SnapshotException.class, e -> assertThat(e.problem()).isEqualTo(Problem.INCOMPATIBLE))
        .hasMessageContaining(module.digest());
  }

  @Test
  void aSnapshotOfAnotherVersionIsRefused() throws Exception {
    Path directory = snapshot();
    Path manifest = directory.resolve("manifest");
    String text = Files.readString(manifest).replace("snapshot 1", "snapshot 2");
    String body = text.substring(0, text.lastIndexOf("end "));
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    Files.writeString(manifest, body + "end %08x\n".formatted((int) crc.getValue()));
    assertRefused(directory, Problem.INCOMPATIBLE);
  }

  @Test
  void aFullDiskLeavesThePreviousSnapshotAndTheGuestIntact() throws Exception {
    AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    lab.disk = file -> limited(file, room);
    Path first = lab.snapshotDirectory("a", 1);
    Path second = lab.snapshotDirectory("a", 2);
    String expected;
    try (Guest guest = lab.fresh(module, "a", "3")) {
      GuestLab.await(guest.run());
      guest.snapshot(first, 1);
      GuestLab.await(guest.resume(Resumption.of(0)));
      for (long bytes : List.of(0L, 10L, 3000L)) {
        room.set(bytes);
        assertThatThrownBy(() -> guest.snapshot(second, 2))
            .isInstanceOfSatisfying(
                SnapshotException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NO_SPACE));
        assertThat(Files.exists(second)).isFalse();
      }
      room.set(Long.MAX_VALUE);
      guest.snapshot(second, 2);
      GuestLab.await(guest.resume(Resumption.of(0)));
      assertThat(GuestLab.await(guest.resume(Resumption.of(0)))).isEqualTo(new Exited(7));
      expected = lab.text().lines().toList().getLast();
    }
    for (Path snapshot : List.of(first, second)) {
      lab.output.reset();
      try (Guest guest = lab.restored(module, "b", snapshot, "3")) {
        RunOutcome outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        while (outcome instanceof Suspended) {
          outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        }
        assertThat(outcome).isEqualTo(new Exited(7));
      }
      assertThat(lab.text().lines().toList().getLast()).isEqualTo(expected);
      assertThat(lab.text()).doesNotContain("CORRUPT");
    }
  }

  private static OutputStream limited(OutputStream file, AtomicLong room) {
    return new FilterOutputStream(file) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (room.addAndGet(-length) < 0) {
          throw new IOException("No space left on device");
        }
        out.write(bytes, offset, length);
      }
    };
  }

  @Test
  void deletingAnySnapshotNeverHarmsAnother() throws Exception {
    String whole;
    try (Guest guest = lab.fresh(module, "whole", "12")) {
      lab.runThrough(guest);
      whole = lab.text().lines().toList().getLast();
    }
    try (Guest guest = lab.fresh(module, "a", "12")) {
      RunOutcome outcome = GuestLab.await(guest.run());
      for (int number = 1; outcome instanceof Suspended; number++) {
        guest.snapshot(lab.snapshotDirectory("a", number), number);
        if (number % 5 != 0) {
          delete(lab.snapshotDirectory("a", number));
        }
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      }
    }
    for (int number : List.of(5, 10)) {
      lab.output.reset();
      try (Guest guest = lab.restored(module, "b", lab.snapshotDirectory("a", number), "12")) {
        RunOutcome outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        while (outcome instanceof Suspended) {
          outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        }
      }
      assertThat(lab.text()).endsWith(whole + "\n").doesNotContain("CORRUPT");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
