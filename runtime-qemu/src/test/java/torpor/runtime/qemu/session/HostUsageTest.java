package torpor.runtime.qemu.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import torpor.engine.caller.InstanceStats;

class HostUsageTest {
  private static final String TABLE =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
          lo:     100       1    0    0    0     0          0         0      100       1    0 0 0 0
        tap0: 5000      10    0    0    0     0          0         0     7000      12    0 0 0 0
      """;

  @Test
  void theWiresOtherEndIsTheGuests() {
    assertThat(HostUsage.trafficIn(TABLE, "tap0")).isEqualTo(new HostUsage.Traffic(7000, 5000));
    assertThat(HostUsage.trafficIn(TABLE, "tap")).isEqualTo(HostUsage.Traffic.NONE);
  }

  @Test
  void theWireIsNamedInTheCommandLine() {
    assertThat(HostUsage.tapIn("qemu\0-netdev\0tap,id=net0,ifname=tap0,script=no\0-x\0"))
        .contains("tap0");
    assertThat(HostUsage.tapIn("qemu\0-netdev\0user,id=net0\0")).isEmpty();
  }

  @Test
  void aProcessIsMeasured() throws IOException {
    InstanceStats stats = HostUsage.of(ProcessHandle.current().pid());

    assertThat(stats.residentBytes()).isPositive().isLessThan(stats.virtualBytes());
    assertThat(stats.cpu()).isPositive();
  }
}
