package torpor.api.instance;

import java.nio.ByteBuffer;
import torpor.api.http.SocketEnd;

/// What is said on one connection, by either end. Messages come one at a time, on a thread that may
/// wait.
interface SocketTalk {
  SocketEnd end();

  /// The connection stands; nothing came yet.
  default void opened() {}

  void text(String message);

  void bytes(ByteBuffer data);

  /// The connection is gone.
  void close();

  /// @param code as in RFC 6455
  default void close(int code) {
    close();
  }
}
