package torpor.runtime.wasm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.runtime.WasmRuntimeException;

class PagedMemoryTest {
  private static final int WASM_PAGE = 1 << 16;
  private static final int PAGES = 2;

  private final PageBudget budget = new PageBudget(1L << 30);

  private PagedMemory fresh() {
    return PagedMemory.fresh(PAGES, 8, budget);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20_251_120})
  void behavesAsAFlatArrayUnderRandomAccess(long seed) {
    Random random = new Random(seed);
    PagedMemory memory = fresh();
    byte[] array = new byte[PAGES * WASM_PAGE];
    ByteBuffer flat = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 20_000; i++) {
      act(random, memory, flat, array);
      if (i % 500 == 0) {
        memory.freeze();
      }
    }
    assertThat(memory.readBytes(0, flat.capacity())).as("seed %d", seed).isEqualTo(array);
  }

  /// Addresses close to page boundaries come up far more often than by chance.
  private static int address(Random random, int size, int limit) {
    int anywhere = random.nextInt(limit - size);
    int boundary = random.nextInt(1, limit / PagedMemory.PAGE_BYTES) * PagedMemory.PAGE_BYTES;
    int near = boundary - random.nextInt(size + 1);
    return random.nextBoolean() ? anywhere : Math.clamp(near, 0, limit - size);
  }

  private static void act(Random random, PagedMemory memory, ByteBuffer flat, byte[] array) {
    int limit = flat.capacity();
    switch (random.nextInt(12)) {
      case 0 -> {
        int at = address(random, 1, limit);
        byte value = (byte) i(random);
        memory.writeByte(at, value);
        flat.put(at, value);
        assertThat(memory.read(at)).isEqualTo(value);
      }
      case 1 -> {
        int at = address(random, 2, limit);
        short value = (short) i(random);
        memory.writeShort(at, value);
        flat.putShort(at, value);
        assertThat(memory.readShort(at)).isEqualTo(value);
        assertThat(memory.readU16(at)).isEqualTo(value & 0xffff);
      }
      case 2 -> {
        int at = address(random, 4, limit);
        int value = i(random);
        memory.writeI32(at, value);
        flat.putInt(at, value);
      }
      case 3 -> {
        int at = address(random, 8, limit);
        long value = random.nextLong();
        memory.writeLong(at, value);
        flat.putLong(at, value);
      }
      case 4 -> {
        int at = address(random, 8, limit);
        double value = random.nextDouble();
        memory.writeF64(at, value);
        flat.putDouble(at, value);
        assertThat(memory.readDouble(at)).isEqualTo(value);
      }
      case 5 -> {
        int at = address(random, 4, limit);
        float value = random.nextFloat();
        memory.writeF32(at, value);
        flat.putFloat(at, value);
        assertThat(memory.readFloat(at)).isEqualTo(value);
      }
      case 6 -> {
        int at = address(random, 8, limit);
        assertThat(memory.readInt(at)).isEqualTo(flat.getInt(at));
        assertThat(memory.readLong(at)).isEqualTo(flat.getLong(at));
        assertThat(memory.readShort(at)).isEqualTo(flat.getShort(at));
      }
      case 7 -> {
        int size = random.nextInt(20_000);
        int at = address(random, size, limit);
        byte value = random.nextBoolean() ? 0 : (byte) i(random);
        memory.fill(value, at, at + size);
        Arrays.fill(array, at, at + size, value);
      }
      case 8, 9 -> {
        int size = random.nextInt(20_000);
        int from = address(random, size, limit);
        int to =
            random.nextBoolean()
                ? address(random, size, limit)
                : Math.clamp(from + (long) random.nextInt(-9000, 9000), 0, limit - size);
        memory.copy(to, from, size);
        System.arraycopy(array, from, array, to, size);
      }
      case 10 -> {
        byte[] data = new byte[random.nextInt(9000)];
        random.nextBytes(data);
        int at = address(random, data.length, limit);
        memory.write(at, data, 0, data.length);
        System.arraycopy(data, 0, array, at, data.length);
      }
      default -> {
        int size = random.nextInt(9000);
        int at = address(random, size, limit);
        assertThat(memory.readBytes(at, size)).isEqualTo(Arrays.copyOfRange(array, at, at + size));
      }
    }
  }

  private static int i(Random random) {
    return random.nextInt();
  }

  @Test
  void theChangedPagesAreExactlyThoseWritten() {
    PagedMemory memory = fresh();
    memory.writeByte(5000, (byte) 1);
    memory.writeLong(4 * 4096 - 4, -1);
    memory.readLong(9 * 4096);
    memory.freeze();
    assertThat(memory.changedPages()).isEqualTo(bits(1, 3, 4));
    memory.settle();
    memory.writeByte(0, (byte) 1);
    memory.freeze();
    assertThat(memory.changedPages()).isEqualTo(bits(0));
  }

  @Test
  void changesAreNotForgottenUntilASnapshotHasThem() {
    PagedMemory memory = fresh();
    memory.writeByte(5000, (byte) 1);
    memory.freeze();
    memory.writeByte(0, (byte) 1);
    memory.freeze();
    assertThat(memory.changedPages()).isEqualTo(bits(0, 1));
  }

  @Test
  void aFrozenPageKeepsItsContentWhileTheGuestWritesOn() {
    PagedMemory memory = fresh();
    memory.writeByte(7, (byte) 1);
    memory.freeze();
    byte[] frozen = Objects.requireNonNull(memory.frozenPage(0));
    memory.writeByte(7, (byte) 2);
    assertThat(frozen[7]).isEqualTo((byte) 1);
    assertThat(memory.read(7)).isEqualTo((byte) 2);
  }

  @Test
  void aPageThatBecameZeroIsReportedAsChangedAndEmpty() {
    PagedMemory memory = fresh();
    memory.writeByte(7, (byte) 1);
    memory.freeze();
    memory.settle();
    memory.fill((byte) 0, 0, 4096);
    memory.freeze();
    assertThat(memory.changedPages()).isEqualTo(bits(0));
    assertThat(memory.frozenPage(0)).isNull();
  }

  @Test
  void aRestoredPageIsLoadedAtItsFirstTouchOnly() {
    BitSet loads = new BitSet();
    PagedMemory memory =
        PagedMemory.restored(
            1,
            1,
            budget,
            index -> {
              assertThat(loads.get(index)).as("second load of %d", index).isFalse();
              loads.set(index);
              byte[] page = new byte[PagedMemory.PAGE_BYTES];
              Arrays.fill(page, (byte) index);
              return page;
            });
    assertThat(memory.read(3 * 4096 + 1)).isEqualTo((byte) 3);
    memory.writeByte(3 * 4096, (byte) 9);
    assertThat(memory.readInt(3 * 4096)).isEqualTo(0x03030309);
    assertThat(loads).isEqualTo(bits(3));
  }

  @Test
  void lentScratchPagesLeaveNoTraceAndChangeNothing() {
    PagedMemory memory = fresh();
    memory.writeI32(100, 42);
    memory.freeze();
    memory.settle();
    memory.lendScratch(4);
    assertThat(memory.readInt(100)).isZero();
    memory.writeI32(100, 7);
    assertThatThrownBy(memory::freeze).isInstanceOf(IllegalStateException.class);
    memory.returnScratch();
    memory.freeze();
    assertThat(memory.readInt(100)).isEqualTo(42);
    assertThat(memory.changedPages()).isEqualTo(bits());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, 2 * WASM_PAGE, 2 * WASM_PAGE - 3, Integer.MAX_VALUE})
  void accessBeyondTheEndTraps(int address) {
    PagedMemory memory = fresh();
    assertThatThrownBy(() -> memory.readInt(address)).isInstanceOf(WasmRuntimeException.class);
    assertThatThrownBy(() -> memory.writeLong(address, 1)).isInstanceOf(WasmRuntimeException.class);
    assertThatThrownBy(() -> memory.readBytes(address, 4)).isInstanceOf(WasmRuntimeException.class);
    assertThatThrownBy(() -> memory.copy(0, address, 4)).isInstanceOf(WasmRuntimeException.class);
    assertThatThrownBy(() -> memory.fill((byte) 0, address, address + 4))
        .isInstanceOf(WasmRuntimeException.class);
    memory.freeze();
    assertThat(memory.changedPages()).isEqualTo(bits());
  }

  @Test
  void growingStopsAtTheLimitAndAtTheBudget() {
    PageBudget small = new PageBudget(4 * WASM_PAGE);
    PagedMemory memory = PagedMemory.fresh(2, 100, small);
    assertThat(memory.grow(1)).isEqualTo(2);
    assertThat(memory.growRefused()).isFalse();
    assertThat(memory.grow(2)).isEqualTo(-1);
    assertThat(memory.grow(-1)).isEqualTo(-1);
    assertThat(memory.growRefused()).isTrue();
    assertThat(memory.grow(1)).isEqualTo(3);
    assertThatThrownBy(() -> PagedMemory.fresh(1, 1, small))
        .isInstanceOf(OutOfBudgetException.class);
    memory.close();
    memory.close();
    assertThat(small.reservedBytes()).isZero();
    assertThat(PagedMemory.fresh(1, 1, budget).grow(1)).isEqualTo(-1);
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    Arrays.stream(set).forEach(bits::set);
    return bits;
  }
}
