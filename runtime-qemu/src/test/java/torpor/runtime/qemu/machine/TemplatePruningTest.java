package torpor.runtime.qemu.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import torpor.runtime.qemu.machine.TemplatePruning.Kept;

class TemplatePruningTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static Kept kept(String name, boolean fits, Duration ago) {
    return new Kept(Path.of(name), fits, NOW.minus(ago));
  }

  @Test
  void whatIsUsedStaysAndTheRestGoes() {
    List<Kept> templates =
        List.of(
            kept("used", true, Duration.ofDays(1)),
            kept("of-another-kernel", false, Duration.ofDays(1)),
            kept("unused", true, TemplatePruning.UNUSED));

    assertThat(TemplatePruning.superfluous(templates, NOW))
        .containsExactly(Path.of("of-another-kernel"), Path.of("unused"));
  }

  @Test
  void ofTooManyThoseUsedLeastRecentlyGo() {
    List<Kept> templates = new ArrayList<>();
    for (int i = 0; i < TemplatePruning.MOST + 3; i++) {
      templates.add(kept("t" + i, true, Duration.ofMinutes(i)));
    }

    assertThat(TemplatePruning.superfluous(templates, NOW))
        .hasSize(3)
        .contains(Path.of("t" + (TemplatePruning.MOST + 2)))
        .doesNotContain(Path.of("t0"));
  }
}
