package torpor.runtime.wasm.wasi;

/// A regular file. The positions and lengths are in bytes.
public interface FileNode extends Node {
  /// Reads up to `length` bytes at `position`; 0 at the end.
  int read(long position, byte[] target, int offset, int length);

  /// Writes all of the bytes at `position`, growing the file as needed.
  void write(long position, byte[] origin, int offset, int length);

  void resize(long size);

  /// One more descriptor refers to this file; balanced by {@link #closed}.
  void opened();

  void closed();
}
