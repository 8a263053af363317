package torpor.daemon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusWriterTest {
  private static final String MARK = "\u0001";

  @TempDir private Path directory;

  private Path jdkWith(String... files) throws IOException {
    Path jdk = directory.resolve("jdk");
    Path lib = Files.createDirectories(jdk.resolve("lib"));
    try (OutputStream out = Files.newOutputStream(lib.resolve("src.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < files.length; i += 2) {
        zip.putNextEntry(new ZipEntry(files[i]));
        zip.write(files[i + 1].getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return jdk;
  }

  private String part(int number) throws IOException {
    return Files.readString(directory.resolve("corpus").resolve(Corpus.partName(number)));
  }

  @Test
  void sourcesAreMarkedDocumentsInTheOrderOfTheirNames() throws IOException {
    Path jdk = jdkWith("b/B.java", "b" + MARK, "a/A.java", "a", "a/readme.txt", "no");

    Corpus corpus = CorpusWriter.write(directory.resolve("corpus"), jdk, 1_000);

    assertThat(corpus.documents()).isEqualTo(2);
    assertThat(part(0)).isEqualTo(MARK + "a/A.java\na" + MARK + "b/B.java\nb ");
    assertThat(corpus.bytes()).isEqualTo(part(0).length());
  }

  @Test
  void theCorpusEndsBeforeTheDocumentThatWouldMakeItTooLong() throws IOException {
    Path jdk = jdkWith("a/A.java", "12345", "b/B.java", "12345");

    Corpus corpus = CorpusWriter.write(directory.resolve("corpus"), jdk, 20);

    assertThat(corpus.documents()).isEqualTo(1);
    assertThat(corpus.bytes()).isLessThanOrEqualTo(20);
  }

  @Test
  void aFullPartIsFollowedByTheNextWithoutAGap() throws IOException {
    String long1 = "x".repeat((int) Corpus.PART_BYTES);
    Path jdk = jdkWith("a/A.java", long1, "b/B.java", "b");

    CorpusWriter.write(directory.resolve("corpus"), jdk, 1L << 30);

    assertThat(part(1)).isEqualTo(MARK + "b/B.java\nb");
  }

  @Test
  void withoutSourcesTheModulesArePlainBytesThatAreNotTakenForDocuments() throws IOException {
    Path jre = directory.resolve("jre");
    Path lib = Files.createDirectories(jre.resolve("lib"));
    Files.writeString(lib.resolve("modules"), MARK + "bytes");

    Corpus corpus = CorpusWriter.write(directory.resolve("corpus"), jre, 4);

    assertThat(corpus.documents()).isZero();
    assertThat(part(0)).isEqualTo(" byt");
  }
}
