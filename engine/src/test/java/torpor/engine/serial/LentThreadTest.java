package torpor.engine.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LentThreadTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void aThreadThatIsNotLentIsNotUsed() {
    assertThat(LentThread.isLent()).isFalse();
    assertThat(LentThread.use(() -> done.add("turn"))).isFalse();
    assertThat(done).isEmpty();
  }

  @Test
  void aLentThreadIsUsedForOneTurnAfterAnotherButNotForOneWithinAnother() {
    LentThread.lend(() -> {
      assertThat(LentThread.use(() -> done.add("first"))).isTrue();
      boolean used =
          LentThread.use(() -> {
            assertThat(LentThread.isLent()).isTrue();
            assertThat(LentThread.use(() -> done.add("nested"))).isFalse();
            done.add("second");
          });
      assertThat(used).isTrue();
    });

    assertThat(done).containsExactly("first", "second");
    assertThat(LentThread.isLent()).isFalse();
  }

  @Test
  void whatFailsTakesTheThreadBack() {
    assertThatThrownBy(() ->
            LentThread.lend(() -> {
              throw new IOException("planted");
            }))
        .isInstanceOf(IOException.class)
        .hasMessage("planted");
    assertThat(LentThread.isLent()).isFalse();
  }
}
