package torpor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("max_attempts", "backoff", "from");

  @Test
  void aSlipFindsItsWord() {
    assertThat(Suggestion.nearest("max_atempts", KNOWN)).contains("max_attempts");
    assertThat(Suggestion.nearest("BackOff", KNOWN)).contains("backoff");
    assertThat(Suggestion.nearest("form", KNOWN)).contains("from");
  }

  @Test
  void somethingElseFindsNone() {
    assertThat(Suggestion.nearest("wallpaper", KNOWN)).isEmpty();
  }
}
