package torpor.runtime.wasm.memory;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;

/// The page tables of a linear memory: which pages there are, which are dirty, and what a fault
/// does.
@SuppressWarnings({
  "NullAway", // the null entries of the tables are the page faults
  "ReferenceEquality" // the shared page of zeros is known by its identity
})
abstract class PageTable implements AutoCloseable {
  /// Size of one tracked page in bytes.
  public static final int PAGE_BYTES = 4096;

  static final int SHIFT = 12;
  static final int MASK = PAGE_BYTES - 1;

  private static final int WASM_PAGE_BYTES = Memory.PAGE_SIZE;
  private static final int PAGES_PER_WASM_PAGE = WASM_PAGE_BYTES / PAGE_BYTES;
  private static final byte[][] NO_PAGES = new byte[0][];
  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  byte[][] readable;
  byte[][] writable;
  private int wasmPages;
  private final int maximumWasmPages;
  private final PageBudget budget;
  private final PageSource source;
  private final BitSet changed = new BitSet();
  private byte[][] lentReadable = NO_PAGES;
  private byte[][] lentWritable = NO_PAGES;
  private boolean growRefused;
  private boolean closed;

  PageTable(int pages, int maximum, PageBudget budget, PageSource source) {
    if (!budget.reserve((long) pages * WASM_PAGE_BYTES)) {
      throw new OutOfBudgetException((long) pages * WASM_PAGE_BYTES, budget);
    }
    this.wasmPages = pages;
    this.maximumWasmPages = Math.min(maximum, Memory.RUNTIME_MAX_PAGES);
    this.budget = budget;
    this.source = source;
    this.readable = new byte[pages * PAGES_PER_WASM_PAGE][];
    this.writable = new byte[pages * PAGES_PER_WASM_PAGE][];
  }

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

  /// Puts zeroed pages in place of the first `pages` ones, for as long as the guest unwinds or
  /// rewinds: it touches no memory of its own then, so that part of the address space can hold its
  /// stack. What was there, clean or dirty, loaded or not, comes back with {@link #returnScratch}.
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
      budget.release((long) wasmPages * WASM_PAGE_BYTES);
      readable = new byte[0][];
      writable = new byte[0][];
    }
  }

  // ---- what the memory instructions need

  public int pages() {
    return wasmPages;
  }

  public int maximumPages() {
    return maximumWasmPages;
  }

  public int grow(int delta) {
    int before = wasmPages;
    if (delta < 0
        || (long) before + delta > maximumWasmPages
        || !budget.reserve((long) delta * WASM_PAGE_BYTES)) {
      growRefused = true;
      return -1;
    }
    wasmPages = before + delta;
    readable = Arrays.copyOf(readable, wasmPages * PAGES_PER_WASM_PAGE);
    writable = Arrays.copyOf(writable, wasmPages * PAGES_PER_WASM_PAGE);
    return before;
  }

  void clear() {
    Arrays.fill(readable, null);
    Arrays.fill(writable, null);
  }

  boolean isZero(int address) {
    return readablePage(address) == ZEROS;
  }

  byte[] readablePage(int address) {
    byte[] page = readable[address >>> SHIFT];
    return page == null ? readFault(address) : page;
  }

  byte[] writablePage(int address) {
    byte[] page = writable[address >>> SHIFT];
    return page == null ? writeFault(address) : page;
  }

  byte[] readFault(int address) {
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

  byte[] writeFault(int address) {
    byte[] page = readFault(address);
    int index = address >>> SHIFT;
    if (writable[index] == null) {
      byte[] copy = page == ZEROS ? new byte[PAGE_BYTES] : page.clone();
      readable[index] = copy;
      writable[index] = copy;
    }
    return writable[index];
  }

  void check(int address, int size) {
    if (address < 0 || size < 0 || (long) address + size > (long) wasmPages * WASM_PAGE_BYTES) {
      throw outOfBounds(address, size);
    }
  }

  private WasmRuntimeException outOfBounds(int address, int size) {
    return new WasmRuntimeException(
        "out of bounds memory access: %d bytes at %d of %d"
            .formatted(
                Integer.toUnsignedLong(size),
                Integer.toUnsignedLong(address),
                (long) wasmPages * WASM_PAGE_BYTES));
  }
}
