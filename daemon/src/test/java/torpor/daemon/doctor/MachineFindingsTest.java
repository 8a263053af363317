package torpor.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import torpor.core.refusal.Reply;
import torpor.network.NetworkSettings;
import torpor.network.address.Ipv4Range;
import torpor.network.facts.Route;

class MachineFindingsTest {
  @Test
  void besideADaemonTheNetworkIsTriedWhereTheHostHasNone() {
    Ipv4Range taken = Ipv4Range.parse("192.0.2.0/24").orElseThrow();
    Route everything = new Route("eth0", Ipv4Range.parse("0.0.0.0/0").orElseThrow());

    NetworkSettings free = MachineFindings.aside(wanted(), List.of(everything));
    NetworkSettings beside =
        MachineFindings.aside(wanted(), List.of(everything, new Route("eth0", taken)));

    assertThat(free.pool().uses(taken)).isTrue();
    assertThat(beside.pool().uses(taken)).isFalse();
  }

  private static NetworkSettings wanted() {
    return switch (NetworkSettings.read(
        "10.213.0.0/16", List.of(), List.of(), OptionalInt.empty())) {
      case Reply.Done<NetworkSettings>(NetworkSettings read) -> read;
      case Reply.Refused<NetworkSettings>(var refusal) -> throw new AssertionError(refusal);
    };
  }
}
