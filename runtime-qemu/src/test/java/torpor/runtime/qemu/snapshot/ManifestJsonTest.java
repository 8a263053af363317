package torpor.runtime.qemu.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.vmm.Accelerator;
import torpor.runtime.qemu.vmm.Hardware;

class ManifestJsonTest {
  private final Random random = new Random(5);

  private String name() {
    return "n" + Long.toString(random.nextLong() & Long.MAX_VALUE, 36) + ".pages";
  }

  private <T> List<T> list(Supplier<T> each) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(each.get());
    }
    return list;
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private long positive() {
    return random.nextLong() & Long.MAX_VALUE;
  }

  private <T> T any(T[] all) {
    return List.of(all).get(random.nextInt(all.length));
  }

  private Manifest manifest() {
    Set<String> flags = new HashSet<>(list(this::name));
    return new Manifest(
        name(),
        new Hardware(
            any(Accelerator.values()),
            name(),
            random.nextInt(100),
            positive(),
            list(this::name),
            random.nextBoolean()),
        name(),
        name(),
        positive(),
        flags,
        name(),
        maybe(() -> "sha256:" + "a".repeat(64)),
        list(this::name),
        list(() -> new DiskFile(name(), any(DiskFile.Format.values()))),
        positive(),
        new Manifest.ConsoleOffsets(positive(), positive()),
        maybe(() -> random.nextInt(1000)),
        list(() ->
            new Manifest.FileEntry(
                name(), positive(), maybe(random::nextInt), maybe(random::nextInt))));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    for (int i = 0; i < 300; i++) {
      Manifest manifest = manifest();

      assertThat(ManifestJson.read(ManifestJson.write(manifest))).isEqualTo(manifest);
    }
  }

  /// Whatever is read is a manifest or refused; nothing else is thrown.
  @Test
  void whatIsChangedIsReadOrRefused() {
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = ManifestJson.write(manifest());
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(ManifestJson.read(bytes).files()).isNotNull();
      } catch (IOException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
