package torpor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizesTest {
  @Test
  void decimalAndBinaryUnitsDiffer() {
    assertThat(ByteSizes.parse("64MiB")).isEqualTo(64L << 20);
    assertThat(ByteSizes.parse("512MB")).isEqualTo(512_000_000L);
    assertThat(ByteSizes.parse("1.5GiB")).isEqualTo(3L << 29);
    assertThat(ByteSizes.parse("2TiB")).isEqualTo(2L << 40);
    assertThat(ByteSizes.parse("10 kB")).isEqualTo(10_000L);
    assertThat(ByteSizes.parse("4096")).isEqualTo(4096L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64M", "MiB", "-1MB", "1e3", "99999999999TiB", "1 000"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> ByteSizes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sizesAreShownShort() {
    assertThat(ByteSizes.format(999)).isEqualTo("999B");
    assertThat(ByteSizes.format(64L << 20)).isEqualTo("64MiB");
    assertThat(ByteSizes.format(3L << 29)).isEqualTo("1.5GiB");
  }
}
