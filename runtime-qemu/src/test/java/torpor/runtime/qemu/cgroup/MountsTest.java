package torpor.runtime.qemu.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MountsTest {
  private static final String UNIFIED =
      "35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
  private static final List<String> SEPARATE =
      List.of(
          "24 23 0:21 / /sys rw - sysfs sysfs rw",
          "31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct",
          "32 30 0:28 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory",
          "33 30 0:29 / /sys/fs/cgroup/pids rw shared:12 - cgroup cgroup rw,pids",
          "34 30 0:30 / /sys/fs/cgroup/unified rw shared:13 - cgroup2 cgroup2 rw");

  @Test
  void oneTreeHasAllOfThem() {
    Mounts mounts = Mounts.read(List.of(UNIFIED), tree -> "cpuset cpu io memory pids\n");

    assertThat(mounts.unified()).isTrue();
    assertThat(mounts.at().values()).containsOnly(Path.of("/sys/fs/cgroup"));
    assertThat(mounts.missing()).isEmpty();
    assertThat(mounts.trees()).hasSize(1);
  }

  @Test
  void aHybridHostHasThemWhereTheyAreMounted() {
    Mounts mounts = Mounts.read(SEPARATE, tree -> "hugetlb\n");

    assertThat(mounts.unified()).isFalse();
    assertThat(mounts.at())
        .isEqualTo(
            Map.of(
                Controller.CPU, Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                Controller.MEMORY, Path.of("/sys/fs/cgroup/memory"),
                Controller.PIDS, Path.of("/sys/fs/cgroup/pids")));
  }

  @Test
  void whatIsNotThereIsMissing() {
    assertThat(Mounts.read(SEPARATE.subList(0, 3), tree -> "").missing())
        .containsExactly(Controller.PIDS);
    assertThat(Mounts.read(List.of("", "nonsense - "), tree -> "").missing())
        .containsExactly(Controller.values());
  }

  @Test
  void bothVersionsAreToldTheSame() {
    Limits limits = new Limits(2500, 200, 1 << 20, 130);

    assertThat(Controller.CPU.settings(limits, true))
        .containsExactly(
            new Controller.Setting("cpu.max", "250000 100000"),
            new Controller.Setting("cpu.weight", "200"));
    assertThat(Controller.CPU.settings(limits, false))
        .containsExactly(
            new Controller.Setting("cpu.cfs_period_us", "100000"),
            new Controller.Setting("cpu.cfs_quota_us", "250000"),
            new Controller.Setting("cpu.shares", "2048"));
    assertThat(Controller.MEMORY.settings(limits, true))
        .containsExactly(new Controller.Setting("memory.max", "1048576"));
  }
}
