package torpor.images.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.RefusalCode;
import torpor.images.digest.Sha256;
import torpor.images.refused.ImageRefusedException;

class LayerRewriterTest {
  private static final ArchiveLimits LIMITS =
      new ArchiveLimits(1 << 20, 1 << 20, 100, 300, 10, 1 << 16, Duration.ofMinutes(1));

  @TempDir Path directory;

  @Test
  void whatIsInOrderPassesThrough() throws Exception {
    byte[] layer =
        new Tars()
            .directory("./")
            .directory("./a/")
            .file("./a/file", "content")
            .symlink("a/link", "/anywhere/../at/all")
            .hardlink("a/hard", "/a/file")
            .file("a/.wh.gone", "")
            .file("b/.wh..wh..opq", "")
            .file("ä/" + "long".repeat(40), "x")
            .bytes();
    assertThat(names(rewrite(layer)))
        .containsExactly(
            "./",
            "a/",
            "a/file",
            "a/link -> /anywhere/../at/all",
            "a/hard -> a/file",
            "a/.wh.gone",
            "b/.wh..wh..opq",
            "ä/" + "long".repeat(40));
  }

  @Test
  void everyCompressionIsToldByItsFirstBytes() throws Exception {
    byte[] plain = new Tars().file("a", "content").bytes();
    ByteArrayOutputStream xz = new ByteArrayOutputStream();
    try (XZOutputStream out = new XZOutputStream(xz, new LZMA2Options())) {
      out.write(plain);
    }
    for (byte[] packed : List.of(plain, Tars.gzip(plain), Zstd.compress(plain), xz.toByteArray())) {
      assertThat(names(rewrite(packed))).containsExactly("a");
    }
  }

  @Test
  void ownersModesTimesAndCapabilitiesStayAndWhatSteersAHostGoes() throws Exception {
    TarArchiveEntry entry = Tars.entry("a", TarConstants.LF_NORMAL);
    entry.setMode(0104755);
    entry.setUserId(70_000);
    entry.setGroupId(1001);
    entry.setModTime(java.nio.file.attribute.FileTime.fromMillis(1_500_000_000_000L));
    entry.addPaxHeader("SCHILY.xattr.security.capability", "\u0001\0\0\u0002");
    entry.addPaxHeader("SCHILY.xattr.user.note", "kept");
    entry.addPaxHeader("SCHILY.xattr.trusted.overlay.opaque", "y");
    TarArchiveEntry written = entries(rewrite(new Tars().add(entry, "x").bytes())).getFirst();
    assertThat(written.getMode()).isEqualTo(04755);
    assertThat(written.getLongUserId()).isEqualTo(70_000);
    assertThat(written.getLongGroupId()).isEqualTo(1001);
    assertThat(written.getLastModifiedTime().toMillis()).isEqualTo(1_500_000_000_000L);
    assertThat(written.getExtraPaxHeaders())
        .containsEntry("SCHILY.xattr.security.capability", "\u0001\0\0\u0002")
        .containsEntry("SCHILY.xattr.user.note", "kept")
        .hasSize(2);
  }

  @Test
  void devicesAndLinksToThemAreLeftOut() throws Exception {
    byte[] layer =
        new Tars()
            .device("dev/null", TarConstants.LF_CHR)
            .device("dev/sda", TarConstants.LF_BLK)
            .hardlink("dev/again", "dev/sda")
            .hardlink("dev/and-again", "dev/again")
            .file(".wh..wh.aufs", "")
            .file("a", "")
            .bytes();
    assertThat(names(rewrite(layer))).containsExactly("a");
  }

  static Stream<Tars> hostile() {
    TarArchiveEntry owner = Tars.entry("a", TarConstants.LF_NORMAL);
    owner.setUserId(1L << 40);
    return Stream.of(
        new Tars().file("../a", ""),
        new Tars().file("a/../../b", ""),
        new Tars().file("/../a", ""),
        new Tars().directory(".."),
        new Tars().symlink(".", "/etc"),
        new Tars().symlink("/", "/etc"),
        new Tars().file("", "x"),
        new Tars().symlink("a", ""),
        new Tars().symlink("a", "x".repeat(301)),
        new Tars().hardlink("a", "../../etc/passwd"),
        new Tars().hardlink("a", "a"),
        new Tars().hardlink("a", "/"),
        new Tars().file(".wh.", ""),
        new Tars().file("a/.wh..", ""),
        new Tars().file("a/.wh...", ""),
        new Tars().file(".wh.a/b", ""),
        new Tars().file("x".repeat(256), ""),
        new Tars().file("x/".repeat(200), ""),
        new Tars().add(owner, ""),
        new Tars().add(Tars.entry("a", (byte) 'Z'), ""));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatNobodyWellMeaningWritesIsRefused(Tars layer) {
    assertThatThrownBy(() -> rewrite(layer.bytes()))
        .isInstanceOfSatisfying(
            ImageRefusedException.class,
            e -> {
              assertThat(e.refusal().code()).isEqualTo(RefusalCode.IMAGE_FAILED);
              assertThat(e.refusal().detail()).doesNotContain("cannot be read");
            });
  }

  @Test
  void aBombIsRefusedAsSoonAsItIsTooLarge() {
    byte[] bomb = Tars.gzip(new Tars().file("a", "0".repeat(8 << 20)).bytes());
    assertThat(bomb.length).isLessThan(1 << 16);
    assertThatThrownBy(() -> rewrite(bomb)).hasMessageContaining("larger than 1048576 bytes");
    byte[] tail = Arrays.copyOf(new Tars().file("a", "").bytes(), 8 << 20);
    assertThatThrownBy(() -> rewrite(Tars.gzip(tail))).hasMessageContaining("larger than");
  }

  @Test
  void headersAreBoundedToo() {
    TarArchiveEntry entry = Tars.entry("a", TarConstants.LF_NORMAL);
    entry.addPaxHeader("comment", "x".repeat(4 << 20));
    byte[] layer = new Tars().add(entry, "").bytes();
    assertThatThrownBy(() -> rewrite(layer)).hasMessageContaining("more here than can be");
  }

  @Test
  void entriesAreCounted() {
    Tars many = new Tars();
    for (int i = 0; i < 101; i++) {
      many.file("f" + i, "");
    }
    assertThatThrownBy(() -> rewrite(many.bytes())).hasMessageContaining("more than 100 entries");
  }

  @ParameterizedTest
  @ValueSource(ints = {513, 700, 1000})
  void aTarThatIsCutShortIsRefused(int length) {
    byte[] cut = Arrays.copyOf(new Tars().file("a", "x".repeat(600)).bytes(), length);
    assertThatThrownBy(() -> rewrite(cut)).isInstanceOf(ImageRefusedException.class);
  }

  @Test
  void onlyTheLastPaddingMayBeMissing() throws Exception {
    byte[] cut = Arrays.copyOf(new Tars().file("a", "x".repeat(600)).bytes(), 512 + 600);
    assertThat(names(rewrite(cut))).containsExactly("a");
  }

  @Test
  void aWrongDigestIsRefused() throws Exception {
    byte[] plain = new Tars().file("a", "").bytes();
    byte[] packed = Tars.gzip(plain);
    Path file = Files.write(directory.resolve("layer"), packed);
    ImageDigest wrong = Sha256.of("something else");
    assertThatThrownBy(() -> rewrite(file, Optional.of(wrong), Optional.empty()))
        .hasMessageContaining(wrong.text());
    assertThatThrownBy(() -> rewrite(file, Optional.empty(), Optional.of(wrong)))
        .hasMessageContaining(wrong.text());
    rewrite(file, Optional.of(Sha256.of(packed)), Optional.of(Sha256.of(plain)));
  }

  private byte[] rewrite(byte[] layer) throws Exception {
    return rewrite(
        Files.write(directory.resolve("layer"), layer), Optional.empty(), Optional.empty());
  }

  private byte[] rewrite(Path file, Optional<ImageDigest> packed, Optional<ImageDigest> plain)
      throws Exception {
    Path target = directory.resolve("rewritten");
    var written =
        new LayerRewriter(LIMITS, bytes -> {})
            .rewrite(new LayerRewriter.Arrived(file, packed, plain), target);
    byte[] bytes = Files.readAllBytes(target);
    assertThat(written.plain()).isEqualTo(Sha256.of(bytes));
    assertThat(written.bytes()).isEqualTo(bytes.length);
    return bytes;
  }

  private static List<TarArchiveEntry> entries(byte[] tar) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream input =
        new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
      for (var entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static List<String> names(byte[] tar) throws IOException {
    return entries(tar).stream()
        .map(it -> it.getName() + (it.getLinkName().isEmpty() ? "" : " -> " + it.getLinkName()))
        .toList();
  }
}
