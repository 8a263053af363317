package torpor.daemon.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// An address to listen on.
///
/// @param host a name or literal address, without brackets
/// @param port 0 to 65535; 0 lets the system choose a free one
public record ListenAddress(String host, int port) {

  static Parsed<ListenAddress> parse(String text) {
    String remedy = "write host:port, such as \"127.0.0.1:7070\" or \"[::1]:7070\"";
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      return Parsed.bad("is no address: \"" + text + "\"", remedy);
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty() || (host.indexOf(':') >= 0) != bracketed) {
      return Parsed.bad("is no address: \"" + text + "\"", remedy);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 0 || port > 65_535) {
        return Parsed.bad("has port " + port, "choose one from 1 to 65535, or 0 for any free one");
      }
      return Parsed.of(new ListenAddress(host, port));
    } catch (NumberFormatException e) {
      return Parsed.bad("has no port number: \"" + text + "\"", remedy);
    }
  }

  /// Whether only this host can reach it. A name that does not resolve counts as reachable from
  /// outside, which asks for more care, not less.
  public boolean loopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
