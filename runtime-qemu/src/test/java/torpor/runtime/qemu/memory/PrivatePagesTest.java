package torpor.runtime.qemu.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.host.process.ProcessMemory;

class PrivatePagesTest {
  @TempDir Path directory;

  @Test
  void pagesInMemoryOrSwappedOutThatAreNotTheFilesAreOwn() {
    long present = 1L << 63;
    long ofFile = 1L << 61;
    long swapped = 1L << 62;
    BitSet own = new BitSet();

    PrivatePages.mark(
        own, 10, LongBuffer.wrap(new long[] {0, present, present | ofFile, swapped, ofFile}));

    assertThat(own.stream()).containsExactly(11, 13);
  }

  @Test
  void theMappingIsTheWritableOneOfThatFileAndLength() {
    String line = "7f0000000000-7f0000010000 rw-p 00000000 fe:00 1234      /a b/base.pages";

    assertThat(PrivatePages.parse(9, line, 1234, 0x10000))
        .contains(new ProcessMemory(9, 0x7f0000000000L, 0x10000));
    assertThat(PrivatePages.parse(9, line, 1235, 0x10000)).isEmpty();
    assertThat(PrivatePages.parse(9, line, 1234, 0x20000)).isEmpty();
    assertThat(PrivatePages.parse(9, line.replace("rw-p", "r--p"), 1234, 0x10000)).isEmpty();
    assertThat(PrivatePages.parse(9, "7f0-7f1 rw-p 0 00:00 0", 0, 1)).isEmpty();
  }

  @Test
  void whatAProcessWritesIntoAPrivateMappingIsFound() throws IOException {
    Path file = directory.resolve("mapped");
    Files.write(file, new byte[16 * Pages.SIZE]);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.PRIVATE, 0, 16 * Pages.SIZE, arena);
      assertThat(mapped.get(ValueLayout.JAVA_BYTE, 2 * Pages.SIZE)).isZero();
      mapped.set(ValueLayout.JAVA_BYTE, 3 * Pages.SIZE, (byte) 1);
      mapped.set(ValueLayout.JAVA_BYTE, 7 * Pages.SIZE + 9, (byte) 1);
      long inode = (long) Files.getAttribute(file, "unix:ino");

      ProcessMemory memory =
          PrivatePages.mapping(ProcessHandle.current().pid(), inode, 16 * Pages.SIZE);

      assertThat(memory.address()).isEqualTo(mapped.address());
      assertThat(PrivatePages.of(memory).stream()).containsExactly(3, 7);
    }
  }
}
