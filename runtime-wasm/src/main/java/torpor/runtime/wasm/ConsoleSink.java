package torpor.runtime.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import torpor.runtime.wasm.wasi.Errno;
import torpor.runtime.wasm.wasi.ErrnoException;
import torpor.runtime.wasm.wasi.OutputSink;

/// Appends what a guest prints to its console log, both streams in order.
final class ConsoleSink implements OutputSink, AutoCloseable {
  private final OutputStream log;

  ConsoleSink(Path console) throws IOException {
    this.log = new FileOutputStream(console.toFile(), true);
  }

  @Override
  public void write(Stream stream, byte[] bytes) {
    try {
      log.write(bytes);
    } catch (IOException e) {
      // The program sees a write error, as it would with a full disk under any standard output.
      throw new ErrnoException(Errno.IO);
    }
  }

  /// A line from the host, for whoever reads the log.
  void note(String line) {
    write(Stream.STDERR, ("torpor: " + line + "\n").getBytes(UTF_8));
  }

  @Override
  public void close() {
    try {
      log.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing a console log", e);
    }
  }
}
