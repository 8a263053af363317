package torpor.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

/// Where the store is.
public sealed interface StoreAddress {

  /// A file of this host.
  record Sqlite(Path file) implements StoreAddress {}

  /// A database server. Its text leaves out the password.
  ///
  /// @param options JDBC options as `name=value&name=value`, may be empty
  record Postgresql(
      String host,
      int port,
      String database,
      Optional<String> user,
      Optional<String> password,
      String options)
      implements StoreAddress {
    @Override
    public String toString() {
      return "postgresql://%s%s:%d/%s"
          .formatted(user.map(u -> u + "@").orElse(""), host, port, database);
    }
  }

  int POSTGRESQL_PORT = 5432;

  /// Reads the setting: a file path, `sqlite:<path>`, or
  /// `postgresql://user:password@host:port/database?option=value`.
  ///
  /// @param base what a relative path is relative to
  static Reply<StoreAddress> parse(String setting, Path base) {
    String lower = setting.toLowerCase(Locale.ROOT);
    if (lower.startsWith("postgresql://") || lower.startsWith("postgres://")) {
      return postgresql(setting);
    }
    String path = lower.startsWith("sqlite:") ? setting.substring("sqlite:".length()) : setting;
    if (path.isBlank() || path.contains("://")) {
      return refused("it is neither a file nor a PostgreSQL address");
    }
    try {
      return Reply.done(new Sqlite(base.resolve(path)));
    } catch (InvalidPathException e) {
      return refused("its path is not valid here: " + e.getReason());
    }
  }

  private static Reply<StoreAddress> postgresql(String setting) {
    try {
      URI uri = new URI(setting);
      String database =
          Optional.ofNullable(uri.getPath()).map(p -> p.replaceFirst("^/", "")).orElse("");
      if (uri.getHost() == null || database.isEmpty()) {
        return refused("it names no " + (uri.getHost() == null ? "host" : "database"));
      }
      Optional<String> login = Optional.ofNullable(uri.getRawUserInfo());
      return Reply.done(
          new Postgresql(
              uri.getHost(),
              uri.getPort() < 0 ? POSTGRESQL_PORT : uri.getPort(),
              database,
              login.map(l -> decoded(l.split(":", 2)[0])),
              login.filter(l -> l.contains(":")).map(l -> decoded(l.split(":", 2)[1])),
              Optional.ofNullable(uri.getRawQuery()).orElse("")));
    } catch (URISyntaxException e) {
      // The input, which may hold a password, stays out of the message.
      return refused("it is no valid address: " + e.getReason());
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Reply<StoreAddress> refused(String why) {
    return Reply.refused(
        Refusal.invalid(
            "store",
            "the store setting cannot be used: " + why,
            "Give a file path, or postgresql://user:password@host:port/database with special"
                + " characters percent-encoded."));
  }
}
