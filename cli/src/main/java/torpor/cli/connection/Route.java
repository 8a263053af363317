package torpor.cli.connection;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import torpor.cli.CommandFailure;

/// The path of a request, with every piece escaped. Immutable.
public final class Route {
  private final String path;
  private final String query;

  private Route(String path, String query) {
    this.path = path;
    this.query = query;
  }

  /// @param segments below `/v1`
  /// @throws CommandFailure where one is empty, as with a variable of the shell that is not set
  public static Route of(String... segments) {
    var path = new StringBuilder("/v1");
    for (String segment : segments) {
      if (segment.isBlank()) {
        throw CommandFailure.usage(
            "an id or a name is empty",
            "see that the variable of the shell is set; torpor ps lists machines, torpor job ps jobs");
      }
      path.append('/').append(escaped(segment));
    }
    return new Route(path.toString(), "");
  }

  public Route with(String name, String value) {
    String next = query.isEmpty() ? "?" : query + "&";
    return new Route(path, next + name + "=" + escaped(value));
  }

  public Route with(String name, Optional<String> value) {
    return value.map(text -> with(name, text)).orElse(this);
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%40", "@");
  }

  @Override
  public String toString() {
    return path + query;
  }
}
