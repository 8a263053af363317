package torpor.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelPlaceTest {
  @TempDir private Path home;

  private Path kernel(KernelPlace place, String digest) throws IOException {
    Path made = Files.createDirectories(place.directory().resolve(digest));
    Files.writeString(made.resolve("manifest.json"), "{}");
    return made;
  }

  private Path sources(Instant changed) throws IOException {
    Path sources = Files.createDirectories(home.resolve("init/src"));
    Path file = Files.writeString(sources.resolve("main.c"), "int main(void) {}\n");
    Files.setLastModifiedTime(file, FileTime.from(changed));
    Path notes = Files.writeString(sources.resolve("README.md"), "notes\n");
    Files.setLastModifiedTime(notes, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
    return home.resolve("init");
  }

  @Test
  void theKernelTakenLastIsTheOneToBoot() throws IOException {
    KernelPlace place = KernelPlace.in(home.resolve("data"));
    place.create();
    place.take(kernel(place, "aaaa"));
    place.take(kernel(place, "bbbb"));

    assertThat(place.current().toRealPath())
        .isEqualTo(place.directory().toRealPath().resolve("bbbb"));
    assertThat(place.directory().resolve("aaaa/manifest.json")).exists();
    assertThat(place.directory().resolve("current.new")).doesNotExist();
  }

  @Test
  void aDataDirectoryThatIsMadeForItIsNobodyElsesBusiness() throws IOException {
    KernelPlace.in(home.resolve("new/data")).create();

    assertThat(Files.getPosixFilePermissions(home.resolve("new/data")))
        .containsExactlyInAnyOrder(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
  }

  @Test
  void aKernelIsUpToDateUntilOneOfItsSourcesChanges() throws IOException {
    KernelPlace place = KernelPlace.in(home.resolve("data"));
    Optional<Path> old = Optional.of(sources(Instant.now().minus(Duration.ofHours(1))));
    assertThat(place.upToDate(old)).isFalse();

    place.create();
    place.take(kernel(place, "aaaa"));
    assertThat(place.upToDate(old)).isTrue();
    assertThat(place.upToDate(Optional.empty())).isTrue();

    Optional<Path> changed = Optional.of(sources(Instant.now().plus(Duration.ofHours(1))));
    assertThat(place.upToDate(changed)).isFalse();
  }

  @Test
  void aLinkThatLeadsNowhereIsNoKernel() throws IOException {
    KernelPlace place = KernelPlace.in(home.resolve("data"));
    place.create();
    Path made = kernel(place, "aaaa");
    place.take(made);
    Files.delete(made.resolve("manifest.json"));

    assertThat(place.upToDate(Optional.empty())).isFalse();
  }
}
