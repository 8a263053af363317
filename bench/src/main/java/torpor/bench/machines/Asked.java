package torpor.bench.machines;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import torpor.wire.instance.Instance;

/// What a machine's program says over TCP, at the address by which the host reaches it.
final class Asked {
  /// An emulated Python takes half a minute until it listens, on a busy host longer.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int CONNECT_MILLIS = 1_000;
  private static final long AGAIN_NANOS = 1_000_000;

  private Asked() {}

  /// Its life, as in its ticks.
  static String life(Instance instance) throws IOException {
    return ask(instance, "hello").split(" ", 2)[0];
  }

  /// Has it fill so much memory anew, and returns when it has.
  static void dirty(Instance instance, int mebibytes) throws IOException {
    var _ = ask(instance, "dirty " + mebibytes);
  }

  /// Insists: a machine runs a moment before its program listens.
  private static Socket connected(String address) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, GuestImage.PORT), CONNECT_MILLIS);
        return socket;
      } catch (ConnectException | SocketTimeoutException notYet) {
        socket.close();
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        LockSupport.parkNanos(AGAIN_NANOS);
      }
    }
  }

  private static String ask(Instance instance, String what) throws IOException {
    String address =
        instance.network().ip().orElseThrow(() -> new IOException(instance.name() + " is alone"));
    try (Socket socket = connected(address)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(what.getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      if (answer.isEmpty()) {
        throw new IOException(instance.name() + " says nothing");
      }
      return answer;
    } catch (SocketTimeoutException silent) {
      throw new IOException(instance.name() + " does not answer at " + address, silent);
    }
  }
}
