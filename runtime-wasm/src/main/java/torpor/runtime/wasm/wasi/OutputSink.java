package torpor.runtime.wasm.wasi;

/// Where a guest's standard output and error go. Called on the guest's thread, in order.
@FunctionalInterface
public interface OutputSink {
  /// The two streams a program can write to without opening anything.
  enum Stream {
    STDOUT,
    STDERR
  }

  void write(Stream stream, byte[] bytes);
}
