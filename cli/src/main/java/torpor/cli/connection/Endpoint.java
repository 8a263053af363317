package torpor.cli.connection;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.Invocation;

/// Where a daemon can be reached.
public sealed interface Endpoint {

  int LOCAL_TCP_PORT = 7070;

  /// The default where there is no socket of a local daemon.
  Endpoint LOCAL_TCP = new Tcp(URI.create("http://127.0.0.1:" + LOCAL_TCP_PORT));

  /// @param base scheme, host and port, perhaps a path; without a slash at the end
  record Tcp(URI base) implements Endpoint {
    @Override
    public String toString() {
      return base.toString();
    }
  }

  record UnixSocket(Path path) implements Endpoint {
    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  /// `--host`, else `TORPOR_HOST`, else the Unix socket of the local daemon where there is one,
  /// else TCP on this host.
  static Endpoint find(Optional<String> flag, Invocation invocation) {
    Optional<String> named =
        flag.or(() -> Optional.ofNullable(invocation.environment().get("TORPOR_HOST")))
            .filter(text -> !text.isBlank());
    return named.map(Endpoint::parse).orElseGet(() -> localOf(invocation));
  }

  private static Endpoint localOf(Invocation invocation) {
    Path socket = localSocket(invocation);
    return Files.exists(socket) ? new UnixSocket(socket) : LOCAL_TCP;
  }

  private static Path localSocket(Invocation invocation) {
    Optional<String> socket = Optional.ofNullable(invocation.environment().get("TORPOR_SOCKET"));
    Optional<String> data = Optional.ofNullable(invocation.environment().get("TORPOR_DATA"));
    return socket
        .map(invocation.workingDirectory()::resolve)
        .or(() ->
            data.map(invocation.workingDirectory()::resolve)
                .map(directory -> directory.resolve(StandardPlaces.SOCKET_NAME)))
        .orElseGet(() ->
            StandardPlaces.dataDirectory(
                    invocation.environment(), invocation.home(), invocation.user())
                .resolve(StandardPlaces.SOCKET_NAME));
  }

  /// A host alone is one with a daemon's usual port.
  private static String withPort(String host) {
    boolean alone = host.matches("[^:/]+|\\[[^]]*]");
    return alone ? host + ":" + LOCAL_TCP_PORT : host;
  }

  /// @throws CommandFailure where it is none
  static Endpoint parse(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + withPort(text));
      String scheme = String.valueOf(uri.getScheme());
      if (scheme.equals("unix") && uri.getAuthority() == null && uri.getPath() != null) {
        return new UnixSocket(Path.of(uri.getPath()));
      }
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        String base = uri.toString();
        return new Tcp(
            URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base));
      }
    } catch (URISyntaxException e) {
      // Told below, in the same words as any other address that is none.
    }
    throw CommandFailure.usage(
        "\"" + text + "\" is no address of a daemon",
        "write --host http://127.0.0.1:7070 or --host unix:///path/to/torpor.sock");
  }
}
