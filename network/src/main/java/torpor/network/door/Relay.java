package torpor.network.door;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Passes bytes between two connections, both ways, until both have ended. The end of one direction
/// is passed on as such, so either side may close its half and go on reading.
record Relay(SocketChannel guest, SocketChannel machine) {
  private static final int PIECE = 64 * 1024;

  /// Blocks until both directions have ended.
  ///
  /// @throws IOException where either connection breaks; the other has been broken off by then
  void run(ExecutorService threads) throws IOException, InterruptedException {
    Future<?> back =
        threads.submit(() -> {
          copy(machine, guest);
          return null;
        });
    copy(guest, machine);
    try {
      back.get();
    } catch (ExecutionException e) {
      throw new IOException("a relayed connection broke", e.getCause());
    }
  }

  private void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    try {
      while (from.read(piece) >= 0) {
        piece.flip();
        while (piece.hasRemaining()) {
          to.write(piece);
        }
        piece.clear();
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      breakOff(guest);
      breakOff(machine);
      throw broken;
    }
  }

  /// With a reset, so that the other side does not take it for the end.
  private static void breakOff(SocketChannel channel) throws IOException {
    if (channel.isOpen()) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
    }
  }
}
