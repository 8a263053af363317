package torpor.runtime.qemu.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The kernel of this host, asked.
class CgroupsTest {
  private static final long MIB = 1L << 20;
  private final String name = "test-" + UUID.randomUUID();
  private final Cgroups cgroups = Cgroups.open("trial-" + UUID.randomUUID());

  @BeforeEach
  void needsControllers() {
    Assumptions.assumeTrue(
        cgroups.lacking().isEmpty(), () -> "SKIPPED: " + cgroups.lacking().orElse(""));
  }

  @AfterEach
  void removeAll() {
    cgroups.find(name).remove();
    cgroups.clear();
  }

  private Cgroup limited(Limits limits) throws IOException {
    return cgroups.create(name, limits);
  }

  private static int run(Cgroup cgroup, String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(cgroup.joined(List.of("sh", "-c", script)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void aCommandIsInsideFromItsFirstInstruction() throws Exception {
    Cgroup cgroup = limited(new Limits(1000, 100, 64 * MIB, 16));
    Process reader = new ProcessBuilder(cgroup.joined(List.of("cat"))).start();
    try (var input = reader.getOutputStream()) {
      input.write('x');
      input.flush();
      assertThat(reader.getInputStream().read()).isEqualTo('x');

      for (var directory : cgroup.directories().values()) {
        assertThat(Files.readAllLines(directory.resolve("cgroup.procs")))
            .containsExactly(Long.toString(reader.pid()));
      }
    }
    assertThat(reader.waitFor()).isZero();
  }

  @Test
  void whoWantsMoreMemoryIsEndedAndItIsKnownWhy() throws Exception {
    Cgroup cgroup = limited(new Limits(1000, 100, 16 * MIB, 16));
    assertThat(cgroup.isOutOfMemory()).isFalse();

    assertThat(run(cgroup, "head -c 90m /dev/zero | tail -c 80m")).isNotZero();

    assertThat(cgroup.isOutOfMemory()).isTrue();
  }

  @Test
  void whoWantsMoreTasksIsRefused() throws Exception {
    Cgroup cgroup = limited(new Limits(1000, 100, 64 * MIB, 3));

    assertThat(run(cgroup, "cat /dev/null | cat | cat | cat | cat")).isNotZero();
  }

  @Test
  void itIsFoundByItsNameUntilItIsRemoved() throws Exception {
    Cgroup cgroup = limited(new Limits(1000, 100, 64 * MIB, 16));

    assertThat(cgroups.names("test-")).contains(name);
    cgroup.remove();
    cgroup.remove();
    assertThat(cgroups.names("test-")).doesNotContain(name);
  }
}
