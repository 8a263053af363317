package torpor.runtime.wasm.memory;

import org.jspecify.annotations.Nullable;

/// Where the pages of a restored memory come from, asked once per page at its first touch.
@FunctionalInterface
public interface PageSource {
  /// A memory that was never anything but zeros.
  PageSource ZEROS = index -> null;

  /// The content of a page ({@link PagedMemory#PAGE_BYTES} bytes, not modified afterwards), or null
  /// when it is all zeros.
  byte @Nullable [] page(int index);
}
