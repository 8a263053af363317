package torpor.runtime.wasm.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.TrapException;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/// Linear memory in pages with dirty tracking and lazy loading; see the package for the scheme.
///
/// Used by one thread at a time: the guest's while it runs, the snapshot writer's while it is
/// suspended. Out-of-bounds access is a trap, as WebAssembly asks.
// The interface still asks for what it deprecates.
@SuppressWarnings("removal")
public final class PagedMemory extends PageTable implements Memory {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private final int initialWasmPages;
  private final boolean restored;
  private DataSegment[] segments = new DataSegment[0];

  private PagedMemory(
      int pages, int maximum, PageBudget budget, PageSource source, boolean restored) {
    super(pages, maximum, budget, source);
    this.initialWasmPages = pages;
    this.restored = restored;
  }

  /// The memory of a new guest: zeros, then the module's data segments.
  ///
  /// @param pages the initial size in WebAssembly pages of 64 KiB
  /// @param maximum what `memory.grow` may reach, in the same unit
  public static PagedMemory fresh(int pages, int maximum, PageBudget budget) {
    return new PagedMemory(pages, maximum, budget, PageSource.ZEROS, false);
  }

  /// The memory of a restored guest: `source` answers the first touch of each page, and the
  /// module's data segments are not applied again.
  public static PagedMemory restored(int pages, int maximum, PageBudget budget, PageSource source) {
    return new PagedMemory(pages, maximum, budget, source, true);
  }

  // ---- size

  @Override
  public int initialPages() {
    return initialWasmPages;
  }

  // ---- threads: a guest has one, so nothing can ever wake a waiter

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    return this;
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw new TrapException("memory.atomic.wait needs threads, which a guest does not have");
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw new TrapException("memory.atomic.wait needs threads, which a guest does not have");
  }

  @Override
  public int notify(int address, int maxThreads) {
    return 0;
  }

  // ---- data segments

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
    segments = dataSegments;
    if (restored) {
      return;
    }
    for (DataSegment segment : dataSegments) {
      if (segment instanceof ActiveDataSegment active && active.index() == memoryIndex) {
        int offset =
            (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        write(offset, active.data(), 0, active.data().length);
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int destination, int offset, int size) {
    write(destination, segments[segment].data(), offset, size);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  @Override
  public void zero() {
    if (!restored) {
      clear();
    }
  }

  // ---- ranges

  @Override
  public void write(int address, byte[] data, int offset, int size) {
    if (offset < 0 || size < 0 || (long) offset + size > data.length) {
      throw new WasmRuntimeException("out of bounds memory access: segment of " + data.length);
    }
    check(address, size);
    int at = address;
    int from = offset;
    for (int left = size; left > 0; ) {
      int part = Math.min(left, PAGE_BYTES - (at & MASK));
      System.arraycopy(data, from, writablePage(at), at & MASK, part);
      at += part;
      from += part;
      left -= part;
    }
  }

  @Override
  public byte[] readBytes(int address, int length) {
    check(address, length);
    byte[] bytes = new byte[length];
    int at = address;
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, PAGE_BYTES - (at & MASK));
      System.arraycopy(readablePage(at), at & MASK, bytes, done, part);
      at += part;
      done += part;
    }
    return bytes;
  }

  @Override
  public void fill(byte value, int from, int to) {
    check(from, to - from);
    int at = from;
    for (int left = to - from; left > 0; ) {
      int part = Math.min(left, PAGE_BYTES - (at & MASK));
      boolean alreadyZero = value == 0 && isZero(at);
      if (!alreadyZero) {
        Arrays.fill(writablePage(at), at & MASK, (at & MASK) + part, value);
      }
      at += part;
      left -= part;
    }
  }

  @Override
  public void copy(int destination, int origin, int size) {
    check(destination, size);
    check(origin, size);
    if (destination > origin && destination < origin + size) {
      copyFromTheEnd(destination + size, origin + size, size);
    } else {
      copyFromTheStart(destination, origin, size);
    }
  }

  private void copyFromTheStart(int destination, int origin, int size) {
    int to = destination;
    int from = origin;
    for (int left = size; left > 0; ) {
      int part = Math.min(left, PAGE_BYTES - Math.max(to & MASK, from & MASK));
      // The destination first: its fault may replace the page that the origin is read from.
      byte[] target = writablePage(to);
      System.arraycopy(readablePage(from), from & MASK, target, to & MASK, part);
      to += part;
      from += part;
      left -= part;
    }
  }

  private void copyFromTheEnd(int destinationEnd, int originEnd, int size) {
    int to = destinationEnd;
    int from = originEnd;
    for (int left = size; left > 0; ) {
      int part = Math.min(left, Math.min(((to - 1) & MASK) + 1, ((from - 1) & MASK) + 1));
      to -= part;
      from -= part;
      byte[] target = writablePage(to);
      System.arraycopy(readablePage(from), from & MASK, target, to & MASK, part);
      left -= part;
    }
  }

  // ---- single values: the fast path is two array accesses

  @Override
  public byte read(int address) {
    try {
      return readable[address >>> SHIFT][address & MASK];
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return readFault(address)[address & MASK];
    }
  }

  @Override
  public void writeByte(int address, byte value) {
    try {
      writable[address >>> SHIFT][address & MASK] = value;
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      writeFault(address)[address & MASK] = value;
    }
  }

  @Override
  public short readShort(int address) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Short.BYTES) {
      check(address, Short.BYTES);
      return (short) ((read(address) & 0xff) | (read(address + 1) << 8));
    }
    try {
      return (short) SHORT.get(readable[address >>> SHIFT], offset);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return (short) SHORT.get(readFault(address), offset);
    }
  }

  @Override
  public void writeShort(int address, short value) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Short.BYTES) {
      check(address, Short.BYTES);
      writeByte(address, (byte) value);
      writeByte(address + 1, (byte) (value >>> 8));
      return;
    }
    try {
      SHORT.set(writable[address >>> SHIFT], offset, value);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      SHORT.set(writeFault(address), offset, value);
    }
  }

  @Override
  public int readInt(int address) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Integer.BYTES) {
      check(address, Integer.BYTES);
      return (readShort(address) & 0xffff) | (readShort(address + 2) << 16);
    }
    try {
      return (int) INT.get(readable[address >>> SHIFT], offset);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return (int) INT.get(readFault(address), offset);
    }
  }

  @Override
  public void writeI32(int address, int value) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Integer.BYTES) {
      check(address, Integer.BYTES);
      writeShort(address, (short) value);
      writeShort(address + 2, (short) (value >>> 16));
      return;
    }
    try {
      INT.set(writable[address >>> SHIFT], offset, value);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      INT.set(writeFault(address), offset, value);
    }
  }

  @Override
  public long readLong(int address) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Long.BYTES) {
      check(address, Long.BYTES);
      return (readInt(address) & 0xffff_ffffL) | ((long) readInt(address + 4) << 32);
    }
    try {
      return (long) LONG.get(readable[address >>> SHIFT], offset);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return (long) LONG.get(readFault(address), offset);
    }
  }

  @Override
  public void writeLong(int address, long value) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Long.BYTES) {
      check(address, Long.BYTES);
      writeI32(address, (int) value);
      writeI32(address + 4, (int) (value >>> 32));
      return;
    }
    try {
      LONG.set(writable[address >>> SHIFT], offset, value);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      LONG.set(writeFault(address), offset, value);
    }
  }

  @Override
  public float readFloat(int address) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Float.BYTES) {
      return Float.intBitsToFloat(readInt(address));
    }
    try {
      return (float) FLOAT.get(readable[address >>> SHIFT], offset);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return (float) FLOAT.get(readFault(address), offset);
    }
  }

  @Override
  public void writeF32(int address, float value) {
    writeI32(address, Float.floatToRawIntBits(value));
  }

  @Override
  public double readDouble(int address) {
    int offset = address & MASK;
    if (offset > PAGE_BYTES - Double.BYTES) {
      return Double.longBitsToDouble(readLong(address));
    }
    try {
      return (double) DOUBLE.get(readable[address >>> SHIFT], offset);
    } catch (NullPointerException | IndexOutOfBoundsException fault) {
      return (double) DOUBLE.get(readFault(address), offset);
    }
  }

  @Override
  public void writeF64(int address, double value) {
    writeLong(address, Double.doubleToRawLongBits(value));
  }

  @Override
  public long readU16(int address) {
    return readShort(address) & 0xffff;
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
