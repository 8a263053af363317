package torpor.store.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.network.PublishedPort;
import torpor.testkit.store.InstanceSamples;

class InstanceCodecTest {
  private static final Instance SAMPLE =
      InstanceSamples.after(
              InstanceSamples.created(
                      1,
                      InstanceSamples.spec(
                          "web",
                          new PublishedPort(
                              Optional.of("0.0.0.0"), 8080, 80, PublishedPort.Protocol.TCP)),
                      4)
                  .next(),
              new InstanceEvent.DeleteAsked())
          .next();

  @Test
  void anInstanceComesBackAsItWas() {
    assertThat(InstanceCodec.decode(InstanceCodec.encode(SAMPLE))).isEqualTo(SAMPLE);
  }

  /// Databases out there hold this text: what is renamed must still be read under its old name.
  @Test
  void theFirstLayoutIsStillRead() throws IOException {
    assertThat(InstanceCodec.encode(SAMPLE)).isEqualTo(stored());
    assertThat(InstanceCodec.decode(stored())).isEqualTo(SAMPLE);
  }

  private static String stored() throws IOException {
    try (var in = InstanceCodecTest.class.getResourceAsStream("instance-1.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
