package torpor.api.console;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import torpor.api.http.EventStream;

/// Where output goes. Used by one thread.
sealed interface ConsoleSink {

  /// @param offset where `bytes` begin in the file
  void write(long offset, byte[] bytes, int length) throws IOException;

  /// All there is for now has been written.
  void flush() throws IOException;

  /// Nothing has come for a while.
  ///
  /// @return whether the reader is known to be there still
  boolean idle() throws IOException;

  /// Nothing will follow.
  void end() throws IOException;

  /// The bytes as they are.
  record Text(OutputStream out) implements ConsoleSink {

    static Text open(Context context) throws IOException {
      context.status(200).contentType("text/plain; charset=utf-8");
      context.res().flushBuffer();
      return new Text(context.res().getOutputStream());
    }

    @Override
    public void write(long offset, byte[] bytes, int length) throws IOException {
      out.write(bytes, 0, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    /// In plain text there is nothing to write that would show whether the reader is still there.
    @Override
    public boolean idle() {
      return false;
    }

    @Override
    public void end() throws IOException {
      out.flush();
    }
  }

  /// One event per line; its id is the offset behind the line.
  final class Events implements ConsoleSink {
    private static final int LONGEST_LINE = 64 * 1024;

    private final EventStream stream;
    private final LineShape shape;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long position;

    Events(EventStream stream, LineShape shape, long position) {
      this.stream = stream;
      this.shape = shape;
      this.position = position;
    }

    @Override
    public void write(long offset, byte[] bytes, int length) throws IOException {
      for (int i = 0; i < length; i++) {
        position = offset + i + 1;
        if (bytes[i] == '\n') {
          emit();
        } else {
          line.write(bytes[i]);
          if (line.size() >= LONGEST_LINE) {
            emit();
          }
        }
      }
    }

    private void emit() throws IOException {
      stream.event(position, "log", shape.data(line.toString(StandardCharsets.UTF_8)));
      line.reset();
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public boolean idle() throws IOException {
      stream.comment("keep-alive");
      return true;
    }

    @Override
    public void end() throws IOException {
      if (line.size() > 0) {
        emit();
      }
      if (shape.saysEnd()) {
        stream.event(position, "end", "");
      }
      stream.flush();
    }
  }
}
