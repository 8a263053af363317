package torpor.runtime.wasm.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
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
// The null entries of the page tables are the page faults; the interface still asks for what it deprecates.
@SuppressWarnings({"NullAway", "removal"})
public final class PagedMemory implements Memory, AutoCloseable {
  /// Size of one tracked page in bytes.
  public static final int PAGE_BYTES = 4096;

  private static final int SHIFT = 12;
  private static final int MASK = PAGE_BYTES - 1;
  private static final int PAGES_PER_WASM_PAGE = PAGE_SIZE / PAGE_BYTES;
  private static final byte[][] NO_PAGES = new byte[0][];
  private static final byte[] ZEROS = new byte[PAGE_BYTES];
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private byte[][] readable;
  private byte[][] writable;
  private int wasmPages;
  private final int initialWasmPages;
  private final int maximumWasmPages;
  private final PageBudget budget;
  private final PageSource source;
  private final boolean restored;
  private final BitSet changed = new BitSet();
  private DataSegment[] segments = new DataSegment[0];
  private byte[][] lentReadable = NO_PAGES;
  private byte[][] lentWritable = NO_PAGES;
  private boolean growRefused;
  private boolean closed;

  private PagedMemory(int pages, int maximum, PageBudget budget, PageSource source, boolean restored) {
    if (!budget.reserve((long) pages * PAGE_SIZE)) {
      throw new OutOfBudgetException((long) pages * PAGE_SIZE, budget);
    }
    this.wasmPages = pages;
    this.initialWasmPages = pages;
    this.maximumWasmPages = Math.min(maximum, RUNTIME_MAX_PAGES);
    this.budget = budget;
    this.source = source;
    this.restored = restored;
    this.readable = new byte[pages * PAGES_PER_WASM_PAGE][];
    this.writable = new byte[pages * PAGES_PER_WASM_PAGE][];
  }

  /// The memory of a new guest: zeros, then the module's data segments.
  ///
  /// @param pages the initial size in WebAssembly pages of 64 KiB
  /// @param maximum what `memory.grow` may reach, in the same unit
  public static PagedMemory fresh(int pages, int maximum, PageBudget budget) {
    return new PagedMemory(pages, maximum, budget, PageSource.ZEROS, false);
  }

  /// The memory of a restored guest: `source` answers the first touch of each page, and the module's
  /// data segments are not applied again.
  public static PagedMemory restored(int pages, int maximum, PageBudget budget, PageSource source) {
    return new PagedMemory(pages, maximum, budget, source, true);
  }

  // ---- what the snapshot needs

  /// Makes every page immutable, and adds those written since the last freeze to the changed set.
  public void freeze() {
    if (lentReadable.length > 0) {
      throw new IllegalStateException("a guest with lent scratch pages is not quiescent");
    }
    for (int i = 0; i < writable.length; i++) {
      if (writable[i] != null) {
        changed.set(i);
        writable[i] = null;
      }
    }
  }

  /// The pages written since the last {@link #settle}, as of the last {@link #freeze}.
  public BitSet changedPages() {
    return (BitSet) changed.clone();
  }

  /// Says that a snapshot holding all changes is on disk, so that the next one starts from it.
  public void settle() {
    changed.clear();
  }

  /// One page for the snapshot, or null when it is all zeros; loads it if nobody touched it yet.
  public byte @Nullable [] frozenPage(int index) {
    byte[] page = readable[index];
    if (page == null) {
      page = source.page(index);
    }
    return page == null || Arrays.equals(page, ZEROS) ? null : page;
  }

  /// Puts zeroed pages in place of the first `pages` ones, for as long as the guest unwinds or rewinds:
  /// it touches no memory of its own then, so that part of the address space can hold its stack. What was
  /// there, clean or dirty, loaded or not, comes back with {@link #returnScratch}.
  ///
  /// @return size in bytes of the lent range, which starts at address 0
  public int lendScratch(int pages) {
    if (lentReadable.length > 0) {
      throw new IllegalStateException("scratch pages are already lent");
    }
    int count = Math.min(pages, readable.length);
    lentReadable = Arrays.copyOf(readable, count);
    lentWritable = Arrays.copyOf(writable, count);
    Arrays.fill(readable, 0, count, ZEROS);
    Arrays.fill(writable, 0, count, null);
    return count * PAGE_BYTES;
  }

  public void returnScratch() {
    System.arraycopy(lentReadable, 0, readable, 0, lentReadable.length);
    System.arraycopy(lentWritable, 0, writable, 0, lentWritable.length);
    lentReadable = NO_PAGES;
    lentWritable = NO_PAGES;
  }

  /// How many tracked pages ({@link #PAGE_BYTES} each) the memory has.
  public int pageCount() {
    return readable.length;
  }

  /// Whether the guest was ever refused more memory because of its limit or the process's budget.
  public boolean growRefused() {
    return growRefused;
  }

  /// Gives the reserved bytes back to the budget; the memory must not be used afterwards.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      budget.release((long) wasmPages * PAGE_SIZE);
      readable = new byte[0][];
      writable = new byte[0][];
    }
  }

  // ---- size

  @Override
  public int pages() {
    return wasmPages;
  }

  @Override
  public int grow(int delta) {
    int before = wasmPages;
    if (delta < 0
        || (long) before + delta > maximumWasmPages
        || !budget.reserve((long) delta * PAGE_SIZE)) {
      growRefused = true;
      return -1;
    }
    wasmPages = before + delta;
    readable = Arrays.copyOf(readable, wasmPages * PAGES_PER_WASM_PAGE);
    writable = Arrays.copyOf(writable, wasmPages * PAGES_PER_WASM_PAGE);
    return before;
  }

  @Override
  public int initialPages() {
    return initialWasmPages;
  }

  @Override
  public int maximumPages() {
    return maximumWasmPages;
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
      Arrays.fill(readable, null);
      Arrays.fill(writable, null);
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
      boolean alreadyZero = value == 0 && readablePage(at) == ZEROS;
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

  // ---- faults

  private byte[] readablePage(int address) {
    byte[] page = readable[address >>> SHIFT];
    return page == null ? readFault(address) : page;
  }

  private byte[] writablePage(int address) {
    byte[] page = writable[address >>> SHIFT];
    return page == null ? writeFault(address) : page;
  }

  private byte[] readFault(int address) {
    int index = address >>> SHIFT;
    if (index >= readable.length) {
      throw outOfBounds(address, 1);
    }
    if (readable[index] == null) {
      byte[] page = source.page(index);
      readable[index] = page == null ? ZEROS : page;
    }
    return readable[index];
  }

  private byte[] writeFault(int address) {
    byte[] page = readFault(address);
    int index = address >>> SHIFT;
    if (writable[index] == null) {
      byte[] copy = page == ZEROS ? new byte[PAGE_BYTES] : page.clone();
      readable[index] = copy;
      writable[index] = copy;
    }
    return writable[index];
  }

  private void check(int address, int size) {
    if (address < 0 || size < 0 || (long) address + size > (long) wasmPages * PAGE_SIZE) {
      throw outOfBounds(address, size);
    }
  }

  private WasmRuntimeException outOfBounds(int address, int size) {
    return new WasmRuntimeException(
        "out of bounds memory access: %d bytes at %d of %d"
            .formatted(
                Integer.toUnsignedLong(size),
                Integer.toUnsignedLong(address),
                (long) wasmPages * PAGE_SIZE));
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
