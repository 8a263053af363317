package torpor.runtime.qemu.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentSumTest {
  @TempDir Path directory;
  private final Random random = new Random(3);

  private Path sparse(String name, byte[] contents) throws IOException {
    Path file = directory.resolve(name);
    try (var made = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(contents.length);
      FileChannel channel = made.getChannel();
      for (int from = 0; from < contents.length; from += 4096) {
        int length = Math.min(4096, contents.length - from);
        ByteBuffer page = ByteBuffer.wrap(contents, from, length);
        if (!page.slice().equals(ByteBuffer.allocate(length))) {
          channel.write(page, from);
        }
      }
    }
    return file;
  }

  private byte[] contents() {
    byte[] bytes = new byte[random.nextInt(1 << 20) + 1];
    for (int i = 0; i < 5; i++) {
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + random.nextInt(100_000));
      for (int at = from; at < to; at++) {
        bytes[at] = (byte) random.nextInt();
      }
    }
    return bytes;
  }

  @Test
  void holesAreAsGoodAsZerosAndEveryFlippedBitShows() throws IOException {
    for (int i = 0; i < 30; i++) {
      byte[] contents = contents();
      Path whole = Files.write(directory.resolve("whole" + i), contents);
      int sum = ContentSum.of(whole, () -> false);

      assertThat(ContentSum.of(sparse("sparse" + i, contents), () -> false)).isEqualTo(sum);

      contents[random.nextInt(contents.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(ContentSum.of(sparse("other" + i, contents), () -> false)).isNotEqualTo(sum);
    }
  }

  @Test
  void aBlockThatMovedShows() throws IOException {
    byte[] contents = new byte[1 << 20];
    contents[0] = 1;
    int first = ContentSum.of(Files.write(directory.resolve("a"), contents), () -> false);
    contents[0] = 0;
    contents[1 << 16] = 1;

    assertThat(ContentSum.of(Files.write(directory.resolve("b"), contents), () -> false))
        .isNotEqualTo(first);
  }

  @Test
  void holesCostNothing() throws IOException {
    Path file = directory.resolve("large");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), 1L << 40);
    }
    int[] asked = {0};

    ContentSum.of(file, () -> ++asked[0] > 1000);

    assertThat(asked[0]).isLessThan(10);
  }

  @Test
  void itStopsWhenAsked() throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[] {1});

    assertThatThrownBy(() -> ContentSum.of(file, () -> true))
        .isInstanceOf(CancellationException.class);
  }
}
