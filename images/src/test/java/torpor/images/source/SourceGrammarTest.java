package torpor.images.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

class SourceGrammarTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "nginx, docker.io/library/nginx:latest",
    "nginx:alpine, docker.io/library/nginx:alpine",
    "docker.io/nginx, docker.io/library/nginx:latest",
    "index.docker.io/a/b, docker.io/a/b:latest",
    "docker://a/b:1, docker.io/a/b:1",
    "a/b, docker.io/a/b:latest",
    "localhost/a, localhost/a:latest",
    "localhost:5000/a/b:1.2, localhost:5000/a/b:1.2",
    "127.0.0.1:5000/a, 127.0.0.1:5000/a:latest",
    "[::1]:5000/a, [::1]:5000/a:latest",
    "ghcr.io/a__b/c-d.e/f:V_1.0-x, ghcr.io/a__b/c-d.e/f:V_1.0-x",
    "Registry/a, Registry/a:latest",
    "docker-archive:/a/b.tar, docker-archive:/a/b.tar",
    "docker-archive:/a/../b.tar:nginx:1, docker-archive:/b.tar:nginx:1",
    "oci:/a/b:tag, oci:/a/b:tag",
    "rootfs:/a b/c.tar.gz, rootfs:/a b/c.tar.gz",
  })
  void aNameHasOneFullForm(String written, String full) {
    assertThat(parsed(written).name()).isEqualTo(full);
    assertThat(parsed(full)).isEqualTo(parsed(written));
  }

  @Test
  void aDigestNeedsNoTagAndKeepsOne() {
    assertThat(parsed("a@sha256:" + HEX).name()).isEqualTo("docker.io/library/a@sha256:" + HEX);
    assertThat(parsed("a:1@sha256:" + HEX).pinned()).isPresent();
    assertThat(parsed("disk:https://example.org/d#sha256=" + HEX.toUpperCase(Locale.ROOT)).name())
        .isEqualTo("disk:https://example.org/d#sha256=" + HEX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\nb",
        "-a",
        "--help",
        "A",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a:b:c",
        "a:-b",
        "a@",
        "a@sha256:12",
        "a@md5:0123",
        "a:1@sha256:x@sha256:y",
        "a..b",
        "a___b",
        "../a",
        "host:99999/a",
        "host:0/a",
        "host:/a",
        "ho_st.x/a",
        "[::1/a",
        "http://a/b",
        "oci:relative/dir",
        "oci:",
        "oci:/a:-b",
        "oci-archive:/a:b c",
        "rootfs:",
        "rootfs:a.tar",
        "rootfs:https://example.org/a.tar",
        "rootfs:https://u:p@example.org/a.tar#sha256=" + "00",
        "rootfs:ftp://example.org/a.tar",
        "rootfs:/a.tar#sha256=12",
        "rootfs:/a.tar#md5=12",
        "disk:file:///a",
      })
  void whatCannotBeIsRefusedByTheFieldsName(String written) {
    assertThat(SourceGrammar.parse(written))
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            refused -> {
              Refusal refusal = ((Reply.Refused<?>) refused).refusal();
              assertThat(refusal.code()).isEqualTo(RefusalCode.REQUEST_INVALID);
              assertThat(refusal.field()).contains("image");
              assertThat(refusal.remedy()).isNotBlank();
              assertThat(refusal.detail()).startsWith("image ").doesNotContain("\n");
            });
  }

  @Test
  void namesAndTextsAreBounded() {
    assertThat(SourceGrammar.parse("a".repeat(256))).isInstanceOf(Reply.Refused.class);
    assertThat(SourceGrammar.parse("a:" + "t".repeat(129))).isInstanceOf(Reply.Refused.class);
    assertThat(SourceGrammar.parse("rootfs:/" + "a".repeat(5000)))
        .isInstanceOf(Reply.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost/a, true",
    "127.0.0.1:5000/a, true",
    "[::1]:5000/a, true",
    "127.example.org/a, false",
    "localhost.example.org/a, false",
    "a, false",
  })
  void onlyThisHostIsOnLoopback(String written, boolean loopback) {
    assertThat(parsed(written))
        .isInstanceOfSatisfying(
            ImageSource.Registry.class,
            it -> assertThat(it.reference().onLoopback()).isEqualTo(loopback));
  }

  private static ImageSource parsed(String written) {
    return switch (SourceGrammar.parse(written)) {
      case Reply.Done<ImageSource>(ImageSource source) -> source;
      case Reply.Refused<ImageSource>(Refusal refusal) -> throw new AssertionError(refusal);
    };
  }
}
