package torpor.runtime.wasm.wasi;

/// Something a path can lead to. Failures are {@link ErrnoException}s.
public interface Node {
  Stat stat();

  /// A name by which {@link FileTree#find} gives this node again after a restore.
  String identity();

  /// Sets access and modification time, nanoseconds since 1970.
  void setTimes(long accessed, long modified);
}
