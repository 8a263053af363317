package torpor.api.access;

import io.javalin.http.Context;
import java.util.Optional;

/// The credential of a request's `Authorization` header.
final class Bearer {
  private static final String SCHEME = "Bearer ";

  private Bearer() {}

  static Optional<String> of(Context context) {
    return Optional.ofNullable(context.header("Authorization"))
        .map(value ->
            value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? value.substring(SCHEME.length()).strip()
                : value);
  }
}
