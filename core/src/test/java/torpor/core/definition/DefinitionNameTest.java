package torpor.core.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.retry.RetryPolicy;

class DefinitionNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "indexer", "team/indexer", "a.b_c-d", "9lives"})
  void lettersDigitsAndAFewSignsMakeAName(String text) {
    assertThat(new DefinitionName(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "/a", ".a", "a b", "a@b", "ü", "a\n"})
  void anythingElseIsRefused(String text) {
    assertThat(DefinitionName.isValid(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new DefinitionName(text));
  }

  @Test
  void aNameHasAtMost128Characters() {
    assertThat(DefinitionName.isValid("x".repeat(128))).isTrue();
    assertThat(DefinitionName.isValid("x".repeat(129))).isFalse();
  }

  @Test
  void atLeastOneSnapshotIsKept() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> torpor.core.job.Samples.definition(RetryPolicy.DEFAULT, 0));
  }
}
