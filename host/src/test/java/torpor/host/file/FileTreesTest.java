package torpor.host.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreesTest {
  @TempDir private Path home;

  @Test
  void aTreeGoesAndWhatItsLinksLeadToStays() throws IOException {
    Path kept = Files.createDirectories(home.resolve("kept"));
    Files.writeString(kept.resolve("file"), "stays");
    Path tree = Files.createDirectories(home.resolve("tree/deep/deeper"));
    Files.writeString(tree.resolve("file"), "goes");
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(tree.resolve("nowhere"), home.resolve("nothing"));

    FileTrees.delete(home.resolve("tree"));

    assertThat(home.resolve("tree")).doesNotExist();
    assertThat(kept.resolve("file")).hasContent("stays");
  }

  @Test
  void aLinkIsDeletedAndNotFollowed() throws IOException {
    Path kept = Files.createDirectories(home.resolve("kept"));
    Path link = Files.createSymbolicLink(home.resolve("link"), kept);
    FileTrees.delete(link);
    assertThat(Files.isSymbolicLink(link)).isFalse();
    assertThat(kept).isDirectory();
  }

  @Test
  void nothingToDeleteIsFine() throws IOException {
    FileTrees.delete(home.resolve("nothing"));
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void whatWasThereMakesRoomForAnEmptyDirectory() throws IOException {
    Path place = Files.createDirectories(home.resolve("place"));
    Files.writeString(place.resolve("old"), "old");
    FileTrees.makeEmpty(place);
    assertThat(place).isEmptyDirectory();
    Path file = Files.writeString(home.resolve("file"), "a file");
    FileTrees.makeEmpty(file);
    assertThat(file).isEmptyDirectory();
  }
}
