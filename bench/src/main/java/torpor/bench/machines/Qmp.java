package torpor.bench.machines;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A monitor as a script speaks to it: a line out, lines in until the one that is waited for.
final class Qmp implements AutoCloseable {
  private final SocketChannel channel;
  private final BufferedReader lines;

  /// On a connection that was just made.
  Qmp(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.lines =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    await("\"QMP\"");
    execute("qmp_capabilities", "");
  }

  /// @param arguments JSON without the braces
  void execute(String command, String arguments) throws IOException {
    send(command, arguments);
    await("\"return\"");
  }

  void send(String command, String arguments) throws IOException {
    String line = "{\"execute\":\"%s\",\"arguments\":{%s}}\n".formatted(command, arguments);
    write(channel, ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
  }

  /// The next line with this in it.
  void await(String wanted) throws IOException {
    while (true) {
      String line = lines.readLine();
      if (line == null) {
        throw new EOFException("QEMU has hung up");
      }
      if (line.contains("\"error\"") || line.contains("\"failed\"")) {
        throw new IOException("QEMU says " + line);
      }
      if (line.contains(wanted)) {
        return;
      }
    }
  }

  static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
