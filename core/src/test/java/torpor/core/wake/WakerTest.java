package torpor.core.wake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;

class WakerTest {
  private static final Signal GO = new Signal(1, "go", JsonText.NULL, Instant.EPOCH, false);

  @Test
  void aNamedSignalWakesOnlyWhoWaitsForThatName() {
    assertThat(waitingFor(Optional.of("go")).accepts(GO)).isTrue();
    assertThat(waitingFor(Optional.of("Go")).accepts(GO)).isFalse();
    assertThat(waitingFor(Optional.of("g")).accepts(GO)).isFalse();
  }

  @Test
  void aStarIsAnySignal() {
    assertThat(waitingFor(Optional.of(Waker.ANY_SIGNAL)).accepts(GO)).isTrue();
  }

  @Test
  void whoWaitsForNoSignalIsWokenByNone() {
    assertThat(waitingFor(Optional.empty()).accepts(GO)).isFalse();
  }

  private static Waker waitingFor(Optional<String> signal) {
    return new Waker(Optional.of(Instant.MAX), signal);
  }
}
