package torpor.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.cli.output.ByteProgress;
import torpor.wire.instance.CopyMessage;

/// What a machine may send, and what it may not.
class LocalTreeTest {
  @TempDir private Path directory = Path.of("");
  private Path target = Path.of("");
  private final CopyProgress progress =
      new CopyProgress(
          new ByteProgress(
              "copy", Optional.empty(), new PrintStream(PrintStream.nullOutputStream()), false));

  @BeforeEach
  void begin() throws IOException {
    target = Files.createDirectory(directory.resolve("target"));
    Files.createDirectory(directory.resolve("elsewhere"));
  }

  private LocalTree tree() throws IOException {
    LocalTree tree = new LocalTree(target, true, progress);
    tree.item(directory(LocalTree.ITSELF));
    return tree;
  }

  private static CopyMessage directory(String path) {
    return header(path, true, Optional.empty(), 0);
  }

  private static CopyMessage file(String path, long size) {
    return header(path, false, Optional.empty(), size);
  }

  private static CopyMessage link(String path, Path to) {
    return header(path, false, Optional.of(to.toString()), 0);
  }

  private static CopyMessage header(
      String path, boolean directory, Optional<String> link, long size) {
    return CopyMessage.header(path, 0755, directory, link, size, Instant.EPOCH, 0, 0);
  }

  private static ByteBuffer bytes(String content) {
    return ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "a/../../out", "./out", "/out", "a//out", "", "..", "a/.."})
  void aNameThatClimbsIsRefused(String name) throws IOException {
    try (LocalTree tree = tree()) {
      assertThatThrownBy(() -> tree.item(file(name, 1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("climbs");
    }
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void nothingIsWrittenThroughALinkThatTheMachineSent() throws IOException {
    try (LocalTree tree = tree()) {
      tree.item(link("door", directory.resolve("elsewhere")));
      for (CopyMessage through : new CopyMessage[] {file("door/out", 1), directory("door/out")}) {
        assertThatThrownBy(() -> tree.item(through)).hasMessageContaining("through a link");
      }
    }
    assertThat(directory.resolve("elsewhere")).isEmptyDirectory();
  }

  @Test
  void aLinkThatIsThereIsReplacedAndNotWrittenThrough() throws IOException {
    Files.writeString(directory.resolve("precious"), "old");
    Files.createSymbolicLink(target.resolve("f"), directory.resolve("precious"));
    try (LocalTree tree = tree()) {
      tree.item(file("f", 3));
      tree.content(bytes("new"));
      tree.end();
    }
    assertThat(directory.resolve("precious")).hasContent("old");
    assertThat(target.resolve("f")).hasContent("new").isRegularFile();
  }

  @Test
  void theItemItselfComesFirstAndOnceAndIsWhatItWasSaidToBe() throws IOException {
    try (LocalTree tree = new LocalTree(target.resolve("x"), false, progress)) {
      assertThatThrownBy(() -> tree.item(file("a", 1))).hasMessageContaining("out of turn");
      assertThatThrownBy(() -> tree.item(directory("."))).hasMessageContaining("changed");
    }
    try (LocalTree tree = tree()) {
      assertThatThrownBy(() -> tree.item(directory("."))).hasMessageContaining("out of turn");
    }
  }

  @Test
  void aFileThatIsHalfThereDoesNotTakeThePlaceOfTheOneBefore() throws IOException {
    Files.writeString(target.resolve("f"), "before");
    try (LocalTree tree = tree()) {
      tree.item(file("f", 10));
      tree.content(bytes("half"));
      assertThatThrownBy(tree::end).hasMessageContaining("less than it said");
      assertThatThrownBy(() -> tree.item(file("g", 1))).hasMessageContaining("less than it said");
      assertThatThrownBy(() -> tree.content(bytes("much more"))).hasMessageContaining("more than");
    }
    assertThat(target.resolve("f")).hasContent("before");
    assertThat(target).isDirectoryNotContaining("glob:**.part");
    assertThat(progress.tally()).isEqualTo(Tally.NOTHING);
  }

  @Test
  void noFileGetsTheRightsOfItsOwner() throws IOException {
    try (LocalTree tree = tree()) {
      tree.item(CopyMessage.header("s", 04755, false, Optional.empty(), 0, Instant.EPOCH, 0, 0));
      tree.end();
    }
    assertThat((int) Files.getAttribute(target.resolve("s"), "unix:mode") & 07777).isEqualTo(0755);
  }
}
