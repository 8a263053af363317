package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.engine.instance.Rehearsal;
import torpor.engine.machine.Capabilities;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.Templates;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Census;

/// Snapshots of a real machine, restored on trial beside it.
class RehearsalsTest {
  private static final String NAME = "01kah0000000000000000000a1";
  private static Path shared = Path.of("/");

  @TempDir Path data;
  private Optional<QemuHost> host = Optional.empty();

  @BeforeAll
  static void prepare() throws IOException {
    shared = Files.createTempDirectory("qemu");
  }

  @AfterAll
  static void clear() throws IOException {
    FileTrees.delete(shared);
  }

  @BeforeEach
  void needsKernel() {
    TestRuntimes.kernel();
  }

  private Fleet open() throws IOException, InterruptedException {
    QemuSettings settings = TestRuntimes.settings(shared, data.getFileName().toString());
    return switch (HostCheck.look(settings)) {
      case HostCheck.Found found -> {
        QemuHost opened = QemuHost.open(settings, found);
        host = Optional.of(opened);
        yield new Fleet(opened, opened.owner());
      }
      case HostCheck.Lacking(Capabilities why) -> {
        org.junit.jupiter.api.Assumptions.abort("SKIPPED: " + why.problems());
        throw new AssertionError();
      }
    };
  }

  @AfterEach
  void endAll() throws IOException, InterruptedException {
    host.ifPresent(QemuHost::close);
    if (host.isPresent()) {
      answered(open().sweep(Set.of()));
      host.get().close();
    }
  }

  private Order order(Fleet fleet) throws IOException {
    Path directory = Files.createDirectories(data.resolve("i"));
    MachineConfig config =
        new MachineConfig(
            "busybox",
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of("sh", "-c", "while true; do date >> /ticks; sync; sleep 1; done")),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            1,
            256L << 20,
            1L << 30,
            "never");
    return new Order(
        new Place(fleet.name(NAME, 1), directory, directory.resolve("console.log")),
        new Identity(NAME, "box", Optional.empty()),
        Optional.of(config),
        Map.of(),
        true,
        List.of(),
        _ -> {});
  }

  private static String ask(Fleet fleet, String script) {
    Machine machine = fleet.machine(NAME).orElseThrow();
    StringBuilder said = new StringBuilder();
    Records command = Records.NONE.with("arg", "sh").with("arg", "-c").with("arg", script);
    CompletableFuture<GuestProcess> process =
        GuestProcess.exec(
            machine.agent(),
            machine.sessions(),
            command,
            (_, bytes) -> said.append(StandardCharsets.UTF_8.decode(bytes)));
    Records exit = answered(answered(process).exit());
    assertThat(exit.number("code")).as("%s: %s", script, exit).hasValue(0);
    return said.toString().strip();
  }

  /// A snapshot of a machine that goes on.
  private Path snapshot(Fleet fleet) throws IOException {
    answered(fleet.start(order(fleet)));
    ask(
        fleet,
        "head -c 3000000 /dev/urandom > /dev/shm/noise; head -c 3000000 /dev/urandom > /file; sync");
    Path frozen = Files.createDirectories(data.resolve("snapshots").resolve("1"));
    answered(fleet.snapshot(fleet.name(NAME, 1), frozen, Optional.empty(), true));
    return frozen;
  }

  private Rehearsal rehearse(Path snapshot) {
    return answered(host.orElseThrow().rehearsals().rehearse(snapshot));
  }

  /// Templates may be under way beside them.
  private List<String> machines() throws IOException {
    return Census.take(host.orElseThrow().owner()).stream()
        .filter(found -> !Templates.isMaker(found.name()))
        .map(found -> found.name().machine())
        .toList();
  }

  /// Flips a bit in the middle of a file, in place: all its names see it.
  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.rewind(), at);
    }
  }

  @Test
  void aSnapshotIsTriedBesideItsMachineAndNothingIsLeft() throws Exception {
    Fleet fleet = open();
    Path frozen = snapshot(fleet);

    assertThat(rehearse(frozen)).isEqualTo(new Rehearsal.Passed());

    assertThat(machines()).containsExactly(NAME);
    assertThat(ask(fleet, "echo still here")).isEqualTo("still here");
    assertThat(host.orElseThrow().rehearsals().directory()).doesNotExist();
    assertThat(rehearse(frozen)).as("again").isEqualTo(new Rehearsal.Passed());
    answered(fleet.kill(fleet.name(NAME, 1), Duration.ZERO));
    assertThat(machines()).isEmpty();
  }

  @Test
  void whatIsDamagedIsNamed() throws Exception {
    Fleet fleet = open();
    Path frozen = snapshot(fleet);
    answered(fleet.kill(fleet.name(NAME, 1), Duration.ZERO));
    Manifest manifest = SnapshotDirectory.open(frozen);
    String layer = manifest.layers().getLast() + ".pages";
    String disk = manifest.disk().getLast().name();

    for (String name : List.of("base.pages", layer, disk, "state")) {
      Path file = frozen.resolve(name);
      long middle = Files.size(file) / 2;
      flip(file, middle);
      assertThat(rehearse(frozen))
          .as(name)
          .isInstanceOfSatisfying(
              Rehearsal.Failed.class, failed -> assertThat(failed.reason()).contains(name));
      flip(file, middle);
    }
    assertThat(rehearse(frozen)).as("as it was").isEqualTo(new Rehearsal.Passed());
    Files.delete(frozen.resolve("config"));
    assertThat(rehearse(frozen)).isInstanceOf(Rehearsal.Failed.class);
  }

  @Test
  void aDaemonThatStopsGivesItUp() throws Exception {
    Fleet fleet = open();
    Path frozen = snapshot(fleet);
    CompletableFuture<Rehearsal> tried = host.orElseThrow().rehearsals().rehearse(frozen);
    fleet.leaveAll();

    host.orElseThrow().close();

    assertThat(answered(tried)).isNotInstanceOf(Rehearsal.Failed.class);
    open();
    assertThat(machines()).doesNotContain("rehearsal");
    assertThat(host.orElseThrow().rehearsals().directory()).doesNotExist();
  }
}
