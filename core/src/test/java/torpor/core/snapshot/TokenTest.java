package torpor.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "!", "~", "step-1/of:3", "01JD"})
  void visibleAsciiIsAToken(String text) {
    assertThat(new Token(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "tab\t", "nul\0", "é", "del\u007f", "line\n"})
  void anythingElseIsNot(String text) {
    assertThat(Token.isValid(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new Token(text));
  }

  @Test
  void aTokenHasAtMost128Characters() {
    assertThat(Token.isValid("x".repeat(128))).isTrue();
    assertThat(Token.isValid("x".repeat(129))).isFalse();
  }

  @Test
  void snapshotNumbersCountFromOneAndAreOrdered() {
    assertThat(SnapshotNumber.FIRST).hasToString("1").isLessThan(SnapshotNumber.FIRST.next());
  }
}
