package torpor.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

  private static ListenAddress parse(String text) {
    assertThat(ListenAddress.parse(text)).isInstanceOf(Parsed.Value.class);
    return ((Parsed.Value<ListenAddress>) ListenAddress.parse(text)).value();
  }

  @Test
  void namesAndAddressesOfBothFamiliesAreRead() {
    assertThat(parse("127.0.0.1:0")).isEqualTo(new ListenAddress("127.0.0.1", 0));
    assertThat(parse("[::1]:7070"))
        .isEqualTo(new ListenAddress("::1", 7070))
        .hasToString("[::1]:7070");
    assertThat(parse("db.example:65535").port()).isEqualTo(65_535);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7070",
        ":7070",
        "host:",
        "host:x",
        "host:65536",
        "host:-1",
        "::1:70",
        "[x]:1",
        "[]:1"
      })
  void anythingElseIsRefused(String text) {
    assertThat(ListenAddress.parse(text)).isInstanceOf(Parsed.Bad.class);
  }

  @Test
  void onlyLoopbackAddressesAreLocal() {
    assertThat(parse("127.0.0.1:1").loopback()).isTrue();
    assertThat(parse("[::1]:1").loopback()).isTrue();
    assertThat(parse("0.0.0.0:1").loopback()).isFalse();
    assertThat(parse("192.0.2.1:1").loopback()).isFalse();
  }
}
