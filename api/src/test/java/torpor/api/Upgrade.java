package torpor.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Asks for a WebSocket by hand, to see what an upgrade is refused with.
final class Upgrade {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int LONGEST = 4_096;

  private Upgrade() {}

  /// @return the answer's head, and its body where that is JSON
  static String ask(int port, String path, String... headers) throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET " + path + " HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    lines.addAll(List.of(headers));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      String request = String.join("\r\n", lines) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] head = new byte[LONGEST];
      int length = 0;
      while (length < head.length
          && !new String(head, 0, length, StandardCharsets.ISO_8859_1).contains("}")) {
        int read = socket.getInputStream().read(head, length, head.length - length);
        if (read < 0) {
          break;
        }
        length += read;
      }
      return new String(head, 0, length, StandardCharsets.ISO_8859_1);
    }
  }
}
