package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.GuestSetup.HostMount;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;
import torpor.runtime.wasm.snapshot.PendingCall;

class FilesTest {
  @TempDir Path root;
  private GuestLab lab;
  private Path data;
  private Path outside;

  @BeforeEach
  void open() throws Exception {
    lab = new GuestLab(root);
    data = Files.createDirectories(root.resolve("data"));
    outside = Files.createDirectories(root.resolve("outside"));
    Files.writeString(outside.resolve("passwd"), "secret");
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectories(data.resolve("sub"));
    Files.writeString(
        data.resolve("plain.txt"),
        IntStream.range(0, 8).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining()));
    Files.createSymbolicLink(data.resolve("outward"), outside);
    Files.createSymbolicLink(data.resolve("absolute"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(data.resolve("sub").resolve("up"), Path.of("../../outside"));
    Files.createSymbolicLink(data.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(data.resolve("inward"), Path.of("sub/../plain.txt"));
    lab.mounts = List.of(new HostMount(data, "/data"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void thereIsNoWayOutOfTheDirectoriesGiven() throws Exception {
    try (Guest guest = lab.fresh(lab.prepare("files"), "a", "escapes")) {
      assertThat(GuestLab.await(guest.run())).isEqualTo(new Exited(0));
    }
    assertThat(lab.text().lines().filter(line -> line.endsWith(": ok")).toList())
        .containsExactly("/data/inward: ok", "/data/plain.txt: ok", "nofollow /data/plain.txt: ok");
    assertThat(lab.text())
        .contains("/data/../etc/passwd: Capabilities insufficient")
        .contains("/data/outward/passwd: Capabilities insufficient")
        .contains("nofollow /data/outward/passwd: Capabilities insufficient")
        .contains("/data/absolute: Capabilities insufficient")
        .contains("/data/sub/up/secret: Capabilities insufficient")
        .contains("/data/loop: Symbolic link loop")
        .contains("mkdir: Read-only file system")
        .contains("create: Read-only file system");
    try (Stream<Path> left = Files.list(outside)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("passwd", "secret");
    }
    assertThat(Files.exists(data.resolve("plain.txt"))).isTrue();
  }

  @Test
  void filesAndMemoryGoBackToTheSameMoment() throws Exception {
    PreparedModule module = lab.prepare("files");
    try (Guest guest = lab.fresh(module, "a", "workflow")) {
      GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
      // What is written from here on belongs to a life that is lost.
      GuestLab.await(guest.resume(Resumption.of(0)));
      GuestLab.await(guest.resume(Resumption.of(0)));
    }
    lab.output.reset();
    RunOutcome outcome = new Suspended(new PendingCall.Checkpoint(""));
    for (int number = 1; outcome instanceof Suspended; number++) {
      Path from = lab.snapshotDirectory("a", number);
      try (Guest guest = lab.restored(module, "a", from, "workflow")) {
        outcome = GuestLab.await(guest.resume(Resumption.of(1)));
        if (outcome instanceof Suspended) {
          guest.snapshot(lab.snapshotDirectory("a", number + 1), number + 1);
        }
      }
    }
    assertThat(outcome).isEqualTo(new Exited(0));
    assertThat(lab.text())
        .isEqualTo(
            """
            line-1 1
            line-3 1
            line-5 1
            still here
            0 line 0
            1 line 1
            2 line 2
            3 line 3
            4 line 4
            5 line 5
            entry renamed.txt
            """);
  }

  @Test
  void rewritingAFileOverAndOverDoesNotFillTheDisk() throws Exception {
    PreparedModule module = lab.prepare("files");
    String expected;
    try (Guest guest = lab.fresh(module, "uninterrupted", "churn", "60")) {
      assertThat(lab.runThrough(guest)).isEqualTo(new Exited(0));
      expected = lab.text();
      lab.output.reset();
    }
    long largest = 0;
    try (Guest guest = lab.fresh(module, "a", "churn", "60")) {
      RunOutcome outcome = GuestLab.await(guest.run());
      for (int number = 1; outcome instanceof Suspended; number++) {
        guest.snapshot(lab.snapshotDirectory("a", number), number);
        largest = Math.max(largest, bytes(root.resolve("a").resolve("segments")));
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      }
      assertThat(lab.text()).isEqualTo(expected);
    }
    assertThat(largest).isBetween(256L << 10, 3L << 20);
    try (Guest guest = lab.restored(module, "b", lab.snapshotDirectory("a", 60), "churn", "60")) {
      lab.output.reset();
      assertThat(GuestLab.await(guest.resume(Resumption.of(1)))).isEqualTo(new Exited(0));
      assertThat(lab.text()).isEqualTo(expected);
    }
  }

  private static long bytes(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void theQuotaIsAnErrorToTheProgramAndGivesSpaceBack() throws Exception {
    lab.limits = new GuestLimits(64 << 20, Duration.ofMinutes(1), 1 << 20);
    try (Guest guest = lab.fresh(lab.prepare("files"), "a", "fill")) {
      assertThat(GuestLab.await(guest.run())).isEqualTo(new Exited(0));
    }
    assertThat(lab.text()).startsWith("Quota exceeded after 983040").endsWith("again 1\n");
  }

  @Test
  void aFileThatVanishedFromAMountIsAnErrorWhenReadAndNotAFailedRestore() throws Exception {
    PreparedModule module = lab.prepare("files");
    try (Guest guest = lab.fresh(module, "a", "workflow")) {
      GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
    }
    Files.write(data.resolve("plain.txt"), "".getBytes(UTF_8));
    Files.delete(data.resolve("plain.txt"));
    try (Guest guest = lab.restored(module, "a", lab.snapshotDirectory("a", 1), "workflow")) {
      RunOutcome outcome = GuestLab.await(guest.resume(Resumption.of(1)));
      while (outcome instanceof Suspended) {
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      }
      assertThat(outcome).isInstanceOf(Exited.class);
    }
  }
}
