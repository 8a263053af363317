package torpor.runtime.qemu.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.runtime.qemu.memory.LayerIndex.Encoding;

class PackingTest {
  private final Random random = new Random(13);

  /// From noise to nothing.
  private MemorySegment contents(Arena arena) {
    MemorySegment contents = arena.allocate(Pages.bytes(1 + random.nextInt(Pages.PIECE)));
    int variety = 1 << random.nextInt(9);
    for (long at = 0; at < contents.byteSize(); at++) {
      contents.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(variety));
    }
    return contents;
  }

  @ParameterizedTest
  @EnumSource(names = "RAW", mode = EnumSource.Mode.EXCLUDE)
  void whatIsPackedIsUnpackedOrRefused(Encoding encoding) throws IOException {
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment contents = contents(arena);
        MemorySegment room = arena.allocate(Packing.room((int) contents.byteSize()));
        MemorySegment packed = room.asSlice(0, Packing.pack(encoding, contents, room));
        MemorySegment back = arena.allocate(contents.byteSize());

        Packing.unpack(encoding, packed, back);
        assertThat(back.mismatch(contents)).isEqualTo(-1);

        long at = random.nextLong(packed.byteSize());
        packed.set(
            ValueLayout.JAVA_BYTE, at, (byte) (packed.get(ValueLayout.JAVA_BYTE, at) ^ 0x40));
        try {
          Packing.unpack(encoding, packed, back);
        } catch (MemoryDamagedException expected) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }
}
