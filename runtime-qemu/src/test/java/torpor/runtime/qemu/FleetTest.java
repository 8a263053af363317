package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.engine.machine.Capabilities;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Directories;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;

/// What hand-driven machines do that those of jobs do not: stand still, and keep their disk.
class FleetTest {
  private static final String NAME = "01kah0000000000000000000a1";
  private static Path shared = Path.of("/");

  @TempDir Path data;
  private Optional<QemuHost> host = Optional.empty();
  private final LinkedBlockingQueue<ExitStatus> endings = new LinkedBlockingQueue<>();

  @BeforeAll
  static void prepare() throws IOException {
    shared = Files.createTempDirectory("qemu");
  }

  @AfterAll
  static void clear() throws IOException {
    Directories.delete(shared);
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

  private Place place(Fleet fleet, int generation) throws IOException {
    Path directory = Files.createDirectories(data.resolve("i"));
    return new Place(fleet.name(NAME, generation), directory, directory.resolve("console.log"));
  }

  private Order order(Fleet fleet, int generation) throws IOException {
    MachineConfig config =
        new MachineConfig(
            "busybox",
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of("sh", "-c", "while true; do sleep 1000; done")),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            1,
            256L << 20,
            1L << 30,
            "never");
    return new Order(
        place(fleet, generation),
        new Identity(NAME, "box", Optional.empty()),
        Optional.of(config),
        Map.of(),
        true,
        endings::add);
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

  @Test
  void whatIsOnTheDiskOutlivesTheMachine() throws Exception {
    Fleet fleet = open();
    answered(fleet.start(order(fleet, 1)));
    ask(fleet, "echo kept > /file; echo gone > /dev/shm/file; sync");
    answered(fleet.kill(fleet.name(NAME, 1), Duration.ofSeconds(2)));

    answered(fleet.start(order(fleet, 2)));

    assertThat(ask(fleet, "cat /file; ls /dev/shm; hostname")).isEqualTo("kept\nbox");
    assertThat(endings).isEmpty();
  }

  @Test
  void aPausedMachineStandsStillAndIsAdoptedSo() throws Exception {
    Fleet first = open();
    MachineHandle handle = answered(first.start(order(first, 1)));
    ask(first, "echo here > /dev/shm/file");
    answered(first.pause(first.name(NAME, 1)));
    first.leaveAll();
    host.orElseThrow().close();
    Fleet second = open();

    Optional<Fleet.Adopted> found =
        answered(second.adopt(place(second, 1), Optional.of(handle), true, endings::add));

    assertThat(found).contains(new Fleet.Adopted(handle, true));
    answered(second.resume(second.name(NAME, 1)));
    assertThat(ask(second, "cat /dev/shm/file")).isEqualTo("here");
  }

  @Test
  void aPausedMachineIsFrozenAsItStandsAndGoesOn() throws Exception {
    Fleet fleet = open();
    answered(fleet.start(order(fleet, 1)));
    ask(fleet, "echo here > /dev/shm/file");
    answered(fleet.pause(fleet.name(NAME, 1)));
    Path frozen = Files.createDirectories(data.resolve("frozen"));

    answered(fleet.snapshot(fleet.name(NAME, 1), frozen, Optional.empty(), true));
    assertThat(fleet.machine(NAME).orElseThrow().isPaused()).isTrue();
    answered(fleet.resume(fleet.name(NAME, 1)));
    assertThat(ask(fleet, "cat /dev/shm/file; echo later > /dev/shm/file")).isEqualTo("here");
    answered(fleet.kill(fleet.name(NAME, 1), Duration.ZERO));
    answered(fleet.restore(order(fleet, 2), frozen));

    assertThat(ask(fleet, "cat /dev/shm/file")).isEqualTo("here");
  }

  @Test
  void anotherLifeOfTheHostKnowsNoMachines() throws Exception {
    Fleet fleet = open();
    MachineHandle old = new MachineHandle("pid=1 start=1 boot=0000");

    assertThat(answered(fleet.adopt(place(fleet, 1), Optional.of(old), true, endings::add)))
        .isEmpty();
  }
}
