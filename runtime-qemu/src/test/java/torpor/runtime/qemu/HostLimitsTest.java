package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.cgroup.Cgroup;
import torpor.runtime.qemu.cgroup.Controller;
import torpor.runtime.qemu.cgroup.Limits;

/// What a machine may take of its host is held by the kernel, whoever watches.
class HostLimitsTest extends OnRealFleet {
  private static final long MIB = 1L << 20;

  private Fleet open() throws IOException, InterruptedException {
    Fleet fleet = real().open();
    Assumptions.assumeTrue(
        real().host().cgroups().lacking().isEmpty(),
        () -> "SKIPPED: " + real().host().cgroups().lacking());
    return fleet;
  }

  private Cgroup cgroup(Fleet fleet, int generation) {
    return real().host().cgroups().find(fleet.name(RealFleet.NAME, generation).toString());
  }

  private static Path file(Cgroup cgroup, Controller controller, String unified, String separate) {
    return Optional.ofNullable(cgroup.directories().get(controller))
        .orElseThrow()
        .resolve(cgroup.unified() ? unified : separate);
  }

  private static Path memoryLimit(Cgroup cgroup) {
    return file(cgroup, Controller.MEMORY, "memory.max", "memory.limit_in_bytes");
  }

  @Test
  void aMachineIsLimitedToWhatItsGuestHasAndAStatedShare() throws Exception {
    Fleet fleet = open();

    answered(fleet.start(real().order(fleet, 1)));

    Cgroup cgroup = cgroup(fleet, 1);
    long pid = fleet.machine(RealFleet.NAME).orElseThrow().vmm().process().pid();
    for (Path directory : cgroup.directories().values()) {
      assertThat(Files.readAllLines(directory.resolve("cgroup.procs")))
          .containsExactly(Long.toString(pid));
    }
    assertThat(Long.parseLong(Files.readString(memoryLimit(cgroup)).strip()))
        .isBetween(384 * MIB, 640 * MIB);
    assertThat(file(cgroup, Controller.PIDS, "pids.max", "pids.max")).hasContent("129");
    assertThat(file(cgroup, Controller.CPU, "cpu.max", "cpu.cfs_quota_us"))
        .content()
        .startsWith("150000");

    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ZERO));

    assertThat(cgroup.directories().values()).noneMatch(Files::exists);
  }

  /// One that was restored: what it writes to becomes memory of its process, page by page. One that
  /// was booted has touched all of its memory by then, and takes no more, whatever it does.
  @Test
  void aMachineThatTakesMoreThanItsLimitIsEndedAndThatIsSaid() throws Exception {
    Fleet fleet = open();
    answered(fleet.start(real().order(fleet, 1)));
    Path frozen = Files.createDirectories(data.resolve("frozen"));
    answered(fleet.snapshot(fleet.name(RealFleet.NAME, 1), frozen, Optional.empty(), false));
    answered(fleet.kill(fleet.name(RealFleet.NAME, 1), Duration.ZERO));
    answered(fleet.restore(real().order(fleet, 2), frozen));
    Cgroup cgroup = cgroup(fleet, 2);
    // Not what its files have in the page cache: the kernel drops that.
    Files.writeString(memoryLimit(cgroup), Long.toString(anonymous(cgroup) + 24 * MIB));

    var _ = RealFleet.begin(fleet, "dd if=/dev/zero of=/dev/shm/much bs=1M count=100", _ -> {});

    assertThat(real().endings().poll(60, TimeUnit.SECONDS))
        .isInstanceOf(ExitStatus.OutOfMemory.class);
    assertThat(cgroup.directories().values()).noneMatch(Files::exists);
  }

  /// Bytes that the kernel cannot drop.
  private static long anonymous(Cgroup cgroup) throws IOException {
    String field = cgroup.unified() ? "anon " : "rss ";
    Path statistics = file(cgroup, Controller.MEMORY, "memory.stat", "memory.stat");
    return Files.readAllLines(statistics).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.substring(field.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatItEndedOfIsKnownToADaemonThatComesLater() throws Exception {
    Fleet fleet = open();
    Cgroup cgroup =
        real()
            .host()
            .cgroups()
            .create(fleet.name(RealFleet.NAME, 1).toString(), new Limits(1000, 100, 16 * MIB, 10));
    Process greedy =
        new ProcessBuilder(
                cgroup.joined(List.of("sh", "-c", "read _; head -c 90m /dev/zero | tail -c 80m")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    ProcessIdentity process = ProcessIdentity.of(greedy.pid()).orElseThrow();
    greedy.getOutputStream().close();
    assertThat(greedy.waitFor(60, TimeUnit.SECONDS)).isTrue();
    MachineHandle handle = new QemuHandle(process, ProcessIdentity.bootId()).toHandle();

    answered(fleet.adopt(real().place(fleet, 1), Optional.of(handle), true, real().endings()::add));

    assertThat(real().endings().poll(60, TimeUnit.SECONDS))
        .isInstanceOf(ExitStatus.OutOfMemory.class);
    assertThat(cgroup.directories().values()).noneMatch(Files::exists);
  }

  @Test
  void whatADaemonLeftWithoutAProcessIsSweptAway() throws Exception {
    Fleet fleet = open();
    Cgroup left =
        real()
            .host()
            .cgroups()
            .create(fleet.name(RealFleet.NAME, 7).toString(), new Limits(1000, 100, 64 * MIB, 10));
    assertThat(left.directories().values()).allMatch(Files::exists);

    answered(fleet.sweep(Set.of()));

    assertThat(left.directories().values()).noneMatch(Files::exists);
  }

  @Test
  void aDiskTakesNoMoreThanItsSize() throws Exception {
    Fleet fleet = open();
    answered(fleet.start(real().order(fleet, 1, 64 * MIB)));

    String said =
        RealFleet.ask(fleet, "dd if=/dev/zero of=/full bs=1M count=200 2>&1; rm /full; echo");

    assertThat(said).contains("No space left on device");
  }
}
