package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import torpor.core.machine.ExitStatus;
import torpor.engine.machine.Capabilities;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.definition.MachineConfig;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;

/// Real machines of one data directory, and the daemons that come and go over them.
final class RealFleet {
  static final String NAME = "01kah0000000000000000000a1";
  private static final long MIB = 1L << 20;

  private final Path shared;
  private final Path data;
  private final InstantSource clock;
  private final LinkedBlockingQueue<ExitStatus> endings = new LinkedBlockingQueue<>();
  private Optional<QemuHost> host = Optional.empty();

  /// @param shared by all tests of a class
  RealFleet(Path shared, Path data) {
    this(shared, data, InstantSource.system());
  }

  /// @param clock that the daemons read
  RealFleet(Path shared, Path data, InstantSource clock) {
    this.shared = shared;
    this.data = data;
    this.clock = clock;
  }

  LinkedBlockingQueue<ExitStatus> endings() {
    return endings;
  }

  QemuHost host() {
    return host.orElseThrow();
  }

  Fleet open() throws IOException, InterruptedException {
    QemuSettings settings = TestRuntimes.settings(shared, data.getFileName().toString());
    return switch (HostCheck.look(settings)) {
      case HostCheck.Found found -> {
        QemuHost opened = QemuHost.open(settings, found, clock);
        host = Optional.of(opened);
        yield new Fleet(opened, opened.owner());
      }
      case HostCheck.Lacking(Capabilities why) -> {
        Assumptions.abort("SKIPPED: " + why.problems());
        throw new AssertionError();
      }
    };
  }

  void endAll() throws IOException, InterruptedException {
    host.ifPresent(QemuHost::close);
    if (host.isPresent()) {
      answered(open().sweep(Set.of()));
      host.get().close();
    }
  }

  Place place(Fleet fleet, int generation) throws IOException {
    Path directory = Files.createDirectories(data.resolve("i"));
    return new Place(fleet.name(NAME, generation), directory, directory.resolve("console.log"));
  }

  Order order(Fleet fleet, int generation) throws IOException {
    return order(fleet, generation, 1024 * MIB);
  }

  Order order(Fleet fleet, int generation, long diskBytes) throws IOException {
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
            256 * MIB,
            diskBytes,
            "never");
    return new Order(
        place(fleet, generation),
        new Identity(NAME, "box", Optional.empty()),
        Optional.of(config),
        Map.of(),
        true,
        List.of(),
        endings::add);
  }

  static String ask(Fleet fleet, String script) {
    StringBuilder said = new StringBuilder();
    CompletableFuture<GuestProcess> process =
        begin(fleet, script, bytes -> said.append(StandardCharsets.UTF_8.decode(bytes)));
    Records exit = answered(answered(process).exit());
    assertThat(exit.number("code")).as("%s: %s", script, exit).hasValue(0);
    return said.toString().strip();
  }

  /// Whose end is not waited for.
  static CompletableFuture<GuestProcess> begin(
      Fleet fleet, String script, Consumer<ByteBuffer> said) {
    Machine machine = fleet.machine(NAME).orElseThrow();
    Records command = Records.NONE.with("arg", "sh").with("arg", "-c").with("arg", script);
    return GuestProcess.exec(
        machine.agent(), machine.sessions(), command, (_, bytes) -> said.accept(bytes));
  }
}
