package torpor.network.lab;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;

/// What servers and clients of a test say.
///
/// A server tells the caller its address as the server sees it, then repeats what it is told until
/// the caller has ended.
public final class Talk {
  private static final int PATIENCE = 3_000;

  private Talk() {}

  /// Serves in this namespace until the returned channel is closed.
  public static ServerSocketChannel serve(Space space, int port) throws Exception {
    return serve(space.in(() -> listen("0.0.0.0", port)));
  }

  public static ServerSocketChannel serve(ServerSocketChannel server) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              SocketChannel caller = server.accept();
              Thread.ofVirtual().start(() -> answer(caller));
            }
          } catch (IOException closed) {
            return;
          }
        });
    return server;
  }

  public static ServerSocketChannel listen(String address, int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
    server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 256);
    return server;
  }

  private static void answer(SocketChannel caller) {
    try (caller) {
      InetSocketAddress from = (InetSocketAddress) caller.getRemoteAddress();
      var out = Channels.newOutputStream(caller);
      out.write((from.getAddress().getHostAddress() + "\n").getBytes(StandardCharsets.UTF_8));
      Channels.newInputStream(caller).transferTo(out);
      caller.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Calls from this thread's namespace.
  ///
  /// @return the address that the server sees
  public static String ask(String address, int port) throws IOException {
    return ask(address, port, "hello");
  }

  /// @throws IOException where nobody answers as a server does
  public static String ask(String address, int port, String words) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE * 10);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE);
      socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int line = answer.indexOf('\n');
      if (line < 0 || !answer.substring(line + 1).equals(words)) {
        throw new IOException("not what was said: " + answer);
      }
      return answer.substring(0, line);
    }
  }

  public static String ask(Space space, String address, int port) throws Exception {
    return space.in(() -> ask(address, port));
  }

  /// Every way in which a guest may be told no, and none in which it gets through.
  public static void refuses(Space from, String address, int port) {
    assertThatThrownBy(() -> ask(from, address, port))
        .as(address)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  public static void say(Socket socket, String words) throws IOException {
    socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
  }

  public static String readLine(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = socket.getInputStream().read();
        next != '\n';
        next = socket.getInputStream().read()) {
      if (next < 0) {
        throw new IOException("ended after " + line);
      }
      line.append((char) next);
    }
    return line.toString();
  }
}
