package torpor.runtime.qemu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordsTest {
  @Test
  void orderAndRepetitionAreKept() {
    Records records =
        Records.NONE.with("arg", "sh").with("arg", "-c").with("arg", "a=b\nc").with("tty", true);

    Records read = Records.parse(records.bytes());

    assertThat(read).isEqualTo(records);
    assertThat(read.all("arg")).containsExactly("sh", "-c", "a=b\nc");
    assertThat(read.find("tty")).contains("1");
  }

  @Test
  void theLastOfAKeyCounts() {
    assertThat(Records.NONE.with("code", 1).with("code", 7).number("code")).hasValue(7);
  }

  @Test
  void whatIsNoNumberIsNone() {
    assertThat(Records.NONE.with("code", "seven").number("code")).isEmpty();
    assertThat(Records.NONE.number("code")).isEmpty();
  }

  @Test
  void numbersAreUnsigned() {
    assertThat(Records.NONE.with("session", -1L).find("session")).contains("18446744073709551615");
  }

  @Test
  void nulCannotBeCarried() {
    assertThatThrownBy(() -> Records.NONE.with("arg", "a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("arg");
  }

  @Test
  void whatIsMalformedIsLeftOut() {
    byte[] bytes = "a=1\0novalue\0=x\0b=2".getBytes(StandardCharsets.UTF_8);

    assertThat(Records.parse(bytes)).isEqualTo(Records.NONE.with("a", "1").with("b", "2"));
  }
}
