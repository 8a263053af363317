package torpor.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarUnpackingTest {
  @TempDir private Path directory = Path.of("");
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
  private final List<String> complaints = new ArrayList<>();

  private void file(String name, String content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length());
    tar.putArchiveEntry(entry);
    tar.write(content.getBytes(StandardCharsets.US_ASCII));
    tar.closeArchiveEntry();
  }

  private void entry(String name, byte kind, String link) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(link);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private Tally unpack() throws IOException {
    tar.finish();
    return TarUnpacking.unpack(
        new ByteArrayInputStream(bytes.toByteArray()),
        directory.resolve("target"),
        0,
        complaints::add);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "a/../../out", "./../out"})
  void aNameThatClimbsIsRefused(String name) throws IOException {
    Files.createDirectory(directory.resolve("target"));
    file(name, "x");

    assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("climbs");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void anAbsoluteNameIsTakenAsOneBelow() throws IOException {
    Files.createDirectory(directory.resolve("target"));
    file("/out", "x");

    assertThat(unpack()).isEqualTo(new Tally(1, 1));
    assertThat(directory.resolve("target/out")).hasContent("x");
  }

  @Test
  void nothingIsWrittenThroughALinkOfTheArchive() throws IOException {
    Files.createDirectories(directory.resolve("target"));
    Files.createDirectories(directory.resolve("elsewhere"));
    entry("door", TarConstants.LF_SYMLINK, directory.resolve("elsewhere").toString());
    file("door/out", "x");

    assertThatThrownBy(this::unpack).hasMessageContaining("through a link");
    assertThat(directory.resolve("elsewhere")).isEmptyDirectory();
  }

  @Test
  void aLinkThatIsThereIsReplacedAndNotWrittenThrough() throws IOException {
    Files.createDirectories(directory.resolve("target"));
    Files.writeString(directory.resolve("precious"), "old");
    Files.createSymbolicLink(directory.resolve("target/f"), directory.resolve("precious"));
    file("f", "new");

    unpack();

    assertThat(directory.resolve("precious")).hasContent("old");
    assertThat(directory.resolve("target/f")).hasContent("new");
  }

  @Test
  void aSecondNameBecomesAFileOfItsOwnAndNeverOneFromOutside() throws IOException {
    Files.createDirectories(directory.resolve("target"));
    Files.writeString(directory.resolve("secret"), "s");
    file("a", "a");
    entry("b", TarConstants.LF_LINK, "a");
    entry("c", TarConstants.LF_LINK, "missing");

    assertThat(unpack()).isEqualTo(new Tally(2, 2));
    assertThat(directory.resolve("target/b")).hasContent("a");
    assertThat(complaints).singleElement().asString().contains("left out: c");
  }

  @Test
  void devicesAreLeftOutWithAWord() throws IOException {
    Files.createDirectories(directory.resolve("target"));
    entry("zero", TarConstants.LF_CHR, "");
    entry("pipe", TarConstants.LF_FIFO, "");

    unpack();

    assertThat(directory.resolve("target")).isEmptyDirectory();
    assertThat(complaints).hasSize(2);
  }

  @Test
  void anArchiveThatIsCutOffIsNoWholeOne() throws IOException {
    Files.createDirectories(directory.resolve("target"));
    file("a", "a".repeat(5_000));
    tar.finish();
    byte[] half = java.util.Arrays.copyOf(bytes.toByteArray(), 2_000);

    assertThatThrownBy(() ->
            TarUnpacking.unpack(
                new ByteArrayInputStream(half), directory.resolve("target"), 0, complaints::add))
        .isInstanceOf(IOException.class);
  }
}
