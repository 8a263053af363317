package torpor.runtime.wasm.snapshot;

/// One file of a snapshot as its manifest lists it.
///
/// @param checksum CRC-32C of the whole file
public record FileEntry(String name, long length, int checksum) {
  static final String STATE = "state";
  static final String PAGES_PREFIX = "pages-";

  boolean holdsPages() {
    return name.startsWith(PAGES_PREFIX);
  }
}
