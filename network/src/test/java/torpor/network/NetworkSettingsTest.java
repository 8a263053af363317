package torpor.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import torpor.core.network.PublishedPort;
import torpor.core.network.PublishedPort.Protocol;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

class NetworkSettingsTest {
  @Test
  void theDefaultsAreSixteenThousandSlots() {
    assertThat(NetworkSettings.defaults().pool().slots()).isEqualTo(16_384);
  }

  @Test
  void aBadSettingIsNamed() {
    for (String pool : List.of("", "10.213.0.0", "10.0.0.0/8", "10.213.0.0/29", "10.0.0.0/16")) {
      assertThat(field(pool, "10.213.0.0/24", "9.9.9.9", 1500)).as(pool).contains("network.pool");
    }
    assertThat(field("10.213.0.0/16", "x", "9.9.9.9", 1500)).contains("network.reserved");
    assertThat(field("10.213.0.0/16", "10.213.0.0/24", "127.0.0.53", 1500))
        .contains("network.nameservers");
    assertThat(field("10.213.0.0/16", "10.213.0.0/24", "9.9.9.9", 100)).contains("network.mtu");
    assertThat(field("10.213.0.0/16", "10.213.0.0/24", "9.9.9.9", 1500)).isEmpty();
  }

  private static Optional<String> field(String pool, String reserved, String nameserver, int mtu) {
    return switch (NetworkSettings.read(
        pool, List.of(reserved), List.of(nameserver), OptionalInt.of(mtu))) {
      case Reply.Done<NetworkSettings> _ -> Optional.empty();
      case Reply.Refused<NetworkSettings>(Refusal refusal) -> refusal.field();
    };
  }

  @Test
  void portsThatNoHostCanPublishAreRefused() {
    assertThat(Ports.refusal(List.of(port("::1", 80)))).isPresent();
    assertThat(Ports.refusal(List.of(port("127.0.0.1", 80), port("127.0.0.1", 80)))).isPresent();
    assertThat(Ports.refusal(List.of(port("127.0.0.1", 80), port("127.0.0.2", 80)))).isEmpty();
  }

  private static PublishedPort port(String address, int port) {
    return new PublishedPort(Optional.of(address), port, 80, Protocol.TCP);
  }
}
