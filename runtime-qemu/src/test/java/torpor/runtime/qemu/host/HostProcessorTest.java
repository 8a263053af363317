package torpor.runtime.qemu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostProcessorTest {
  @Test
  void theClockRateIsKilohertzAndTheFirstProcessorCounts() throws IOException {
    HostProcessor host =
        HostProcessor.parse(
            """
            processor\t: 0
            cpu MHz\t\t: 2596.150
            flags\t\t: fpu  avx2 sse4_2

            processor\t: 1
            cpu MHz\t\t: 800.000
            flags\t\t: fpu
            """);

    assertThat(host).isEqualTo(new HostProcessor(2596150, Set.of("fpu", "avx2", "sse4_2")));
  }

  @Test
  void aHostThatDoesNotTellItsClockRateIsRefused() {
    assertThatThrownBy(() -> HostProcessor.parse("processor : 0\n"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void theBaselineIsTheHighestLevelThatIsReached() {
    assertThat(new HostProcessor(1, Set.of("sse4_2")).baseline().model()).isEqualTo("Nehalem");
    Set<String> third =
        Set.of(
            "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3", "avx", "avx2", "bmi1",
            "bmi2", "f16c", "fma", "abm", "movbe", "xsave");
    assertThat(new HostProcessor(1, third).baseline().model()).isEqualTo("Haswell-noTSX");
  }
}
