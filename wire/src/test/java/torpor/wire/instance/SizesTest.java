package torpor.wire.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

  @ParameterizedTest
  @CsvSource({
    "512MB, 536870912, 512MB",
    "512M, 536870912, 512MB",
    "512MiB, 536870912, 512MB",
    "1gb, 1073741824, 1GB",
    "1.5GB, 1610612736, 1536MB",
    "10G, 10737418240, 10GB",
    "4096, 4096, 4KB",
    "1000 B, 1000, 1000B",
    "2TB, 2199023255552, 2TB"
  })
  void memoryIsReadAndWritten(String text, long bytes, String shown) {
    assertThat(MemorySizes.parse(text)).isEqualTo(bytes);
    assertThat(MemorySizes.format(bytes)).isEqualTo(shown);
    assertThat(MemorySizes.parse(shown)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1GB", "1 XB", "1iB", "0x10", "1e9", "1,5GB", "99999999TB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> MemorySizes.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "125MB/s, 125000000, 125MB/s",
    "1Gbps, 125000000, 125MB/s",
    "500kbit/s, 62500, 62500B/s",
    "8bps, 1, 1B/s",
    "2.5GB/s, 2500000000, 2500MB/s",
    "64KB/s, 64000, 64kB/s"
  })
  void ratesAreReadAndWritten(String text, long bytes, String shown) {
    assertThat(Bandwidths.parse(text)).isEqualTo(bytes);
    assertThat(Bandwidths.format(bytes)).isEqualTo(shown);
    assertThat(Bandwidths.parse(shown)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "1GB", "-1MB/s", "1bps", "0B/s", "9999TB/s"})
  void whatIsNoRateIsRefused(String text) {
    assertThatThrownBy(() -> Bandwidths.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void nothingIsZeroBytes() {
    assertThat(MemorySizes.format(0)).isEqualTo("0B");
  }
}
