package torpor.daemon.config;

import java.net.URI;
import java.net.URISyntaxException;

/// Where jobs are kept.
public sealed interface StoreSetting {

  /// In a file in the data directory.
  record Sqlite() implements StoreSetting {
    @Override
    public String toString() {
      return "sqlite";
    }
  }

  /// In a PostgreSQL database. Its text form hides the password.
  ///
  /// @param url as configured: `postgresql://user:password@host:port/database?option=value`
  record Postgresql(URI url) implements StoreSetting {
    @Override
    public String toString() {
      return Secrets.masked(url.toString());
    }
  }

  static Parsed<StoreSetting> parse(String text) {
    String remedy = "write \"sqlite\" or \"postgresql://user:password@host:port/database\"";
    if (text.equals("sqlite")) {
      return Parsed.of(new Sqlite());
    }
    if (!text.startsWith("postgresql://")) {
      return Parsed.bad("is no store: \"" + Secrets.masked(text) + "\"", remedy);
    }
    try {
      URI url = new URI(text);
      if (url.getHost() == null || url.getPath().length() < 2) {
        return Parsed.bad("names no host and database: \"" + Secrets.masked(text) + "\"", remedy);
      }
      return Parsed.of(new Postgresql(url));
    } catch (URISyntaxException e) {
      return Parsed.bad(
          "is no URL: \"" + Secrets.masked(text) + "\"",
          remedy + ", with special characters in the password written as %XX");
    }
  }
}
