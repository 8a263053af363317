package torpor.api.access;

import io.javalin.http.Context;

/// By which door a request came in; noted on the request by the connector that accepted it.
public enum Listener {
  /// The Unix socket: whoever may open the file.
  UNIX,
  /// A loopback address: every program on this host, and every web page in a browser on it.
  LOOPBACK,
  /// Any other address.
  NETWORK,
  /// The socket to which programs in virtual machines are led: untrusted, and only for their own
  /// API.
  GUEST;

  public static final String ATTRIBUTE = "torpor.listener";

  public static Listener of(Context context) {
    return context.req().getAttribute(ATTRIBUTE) instanceof Listener listener ? listener : NETWORK;
  }
}
