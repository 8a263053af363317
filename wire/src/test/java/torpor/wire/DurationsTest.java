package torpor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @Test
  void goAndPeopleAreUnderstood() {
    Map.of(
            "300ms", Duration.ofMillis(300),
            "4s", Duration.ofSeconds(4),
            "1h30m", Duration.ofMinutes(90),
            "90s", Duration.ofSeconds(90),
            "2d", Duration.ofDays(2),
            "1.5h", Duration.ofMinutes(90),
            "0", Duration.ZERO,
            "0s", Duration.ZERO,
            "1us2ns", Duration.ofNanos(1002),
            "36500d", Durations.LONGEST)
        .forEach((text, duration) -> assertThat(Durations.parse(text)).isEqualTo(duration));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5", "s", "1x", "1h 30m", " 1s", "1s ", "1,5s", "PT5S", "+4s", "1e3s", "1h-30m"})
  void otherSpellingsAreRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is not a duration such as 90s, 1h30m or 2d");
  }

  @Test
  void emptyNegativeAndAbsurdOnesAreToldApart() {
    assertThatThrownBy(() -> Durations.parse("")).hasMessageContaining("missing");
    assertThatThrownBy(() -> Durations.parse("-1s")).hasMessageContaining("negative");
    assertThatThrownBy(() -> Durations.parse("36501d")).hasMessageContaining("hundred years");
    assertThatThrownBy(() -> Durations.parse("999999999999999999h"))
        .hasMessageContaining("hundred years");
    assertThatThrownBy(() -> Durations.parse("1s".repeat(40)))
        .hasMessageContaining("64 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "4s", "300ms", "1h30m", "48h", "1h1ms", "1us2ns"})
  void whatIsWrittenReadsTheSame(String text) {
    assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
  }
}
