package torpor.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import torpor.api.access.Listener;

/// The doors of the server. Each notes on its requests by which one they came.
final class Listeners {
  /// Connections that only wait for a next request do not hold up the end.
  private static final long SHUTDOWN_IDLE_MILLIS = 20;

  private static final int UNIX_PATH_MOST = 107;

  private Listeners() {}

  static ServerConnector tcp(Server server, ApiSettings settings) {
    Listener listener =
        settings.address().getAddress().isLoopbackAddress() ? Listener.LOOPBACK : Listener.NETWORK;
    ServerConnector connector = new ServerConnector(server, http(settings.limits(), listener));
    connector.setHost(settings.address().getAddress().getHostAddress());
    connector.setPort(settings.address().getPort());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
    return connector;
  }

  static Connector unix(Server server, ApiSettings settings, Path socket) {
    return unix(server, settings, socket, Listener.UNIX);
  }

  static Connector guests(Server server, ApiSettings settings, Path socket) {
    return unix(server, settings, socket, Listener.GUEST);
  }

  private static Connector unix(
      Server server, ApiSettings settings, Path socket, Listener listener) {
    if (socket.toString().length() > UNIX_PATH_MOST) {
      throw new IllegalArgumentException(
          "The path of the Unix socket is longer than %d characters: %s"
              .formatted(UNIX_PATH_MOST, socket));
    }
    UnixDomainServerConnector connector =
        new UnixDomainServerConnector(server, http(settings.limits(), listener));
    connector.setUnixDomainPath(socket);
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
    return connector;
  }

  /// Removes the socket file that a killed daemon left. Whoever calls this holds the lock of the
  /// data directory, so nobody is listening on it.
  static void removeStale(Path socket) {
    try {
      if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
          && !Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .isOther()) {
        throw new IllegalArgumentException(
            "The Unix socket cannot be made, since another file is there: " + socket);
      }
      Files.deleteIfExists(socket);
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot remove the old Unix socket " + socket, failure);
    }
  }

  /// Only the daemon's own user may connect.
  static void protect(Path socket) {
    try {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot protect the Unix socket " + socket, failure);
    }
  }

  private static HttpConnectionFactory http(ApiSettings.Limits limits, Listener listener) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setIdleTimeout(limits.idle().toMillis());
    // Definition names may contain slashes, which a client sends as %2F.
    http.setUriCompliance(
        UriCompliance.DEFAULT.with("torpor", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));
    http.addCustomizer((request, _) -> {
      request.setAttribute(Listener.ATTRIBUTE, listener);
      return request;
    });
    return new HttpConnectionFactory(http);
  }
}
