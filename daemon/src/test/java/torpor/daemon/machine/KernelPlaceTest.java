package torpor.daemon.machine;

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

  private KernelPlace place(String name) throws IOException {
    KernelPlace place = new KernelPlace(home.resolve(name));
    place.create();
    return place;
  }

  private static Path kernel(KernelPlace place, String digest, Duration age) throws IOException {
    Path made = Files.createDirectories(place.directory().resolve(digest));
    Files.writeString(made.resolve("vmlinux"), "no kernel");
    Files.setLastModifiedTime(made, FileTime.from(Instant.now().minus(age)));
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
  void theKernelChosenLastIsTheOneToBootHoweverOldItIs() throws IOException {
    KernelPlace place = place("kernels");
    Path older = kernel(place, "aaaa", Duration.ofHours(2));
    Path newer = kernel(place, "bbbb", Duration.ofHours(1));
    Files.createDirectory(place.directory().resolve("packages"));
    assertThat(place.newest()).isEqualTo(newer);

    place.choose(older);
    assertThat(place.newest()).isEqualTo(older);
  }

  @Test
  void whereThereIsNoneItIsTheDirectoryItself() throws IOException {
    KernelPlace missing = new KernelPlace(home.resolve("missing"));
    assertThat(missing.newest()).isEqualTo(missing.directory());
    assertThat(missing.upToDate(Optional.empty())).isFalse();

    KernelPlace empty = place("empty");
    Files.createDirectory(empty.directory().resolve("cafe"));
    assertThat(empty.newest()).isEqualTo(empty.directory());
  }

  @Test
  void aDataDirectoryThatIsMadeForItIsNobodyElsesBusiness() throws IOException {
    new KernelPlace(home.resolve("new/data/kernels")).create();

    assertThat(Files.getPosixFilePermissions(home.resolve("new/data")))
        .containsExactlyInAnyOrder(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
  }

  @Test
  void aKernelIsUpToDateUntilOneOfItsSourcesChanges() throws IOException {
    KernelPlace place = place("kernels");
    Path kernel = kernel(place, "aaaa", Duration.ofHours(1));

    assertThat(place.upToDate(Optional.empty())).isTrue();
    assertThat(place.upToDate(Optional.of(sources(Instant.now().minus(Duration.ofHours(2))))))
        .isTrue();
    Optional<Path> changed = Optional.of(sources(Instant.now().minus(Duration.ofMinutes(30))));
    assertThat(place.upToDate(changed)).isFalse();

    place.choose(kernel);
    assertThat(place.upToDate(changed)).isTrue();
  }
}
