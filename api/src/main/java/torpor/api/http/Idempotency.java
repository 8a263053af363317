package torpor.api.http;

import io.javalin.http.Context;
import java.util.Optional;
import torpor.engine.caller.IdempotentRequest;

/// The `Idempotency-Key` header: with it a caller may repeat a request without it being carried out
/// twice. Keys of different routes, and of different jobs, do not meet.
public final class Idempotency {
  public static final String HEADER = "Idempotency-Key";
  private static final int MAX_LENGTH = 128;

  private Idempotency() {}

  /// @param scope the route, and the job where there is one
  /// @param parts what else makes the request besides its body
  public static Optional<IdempotentRequest> of(
      Context context, String scope, RequestBody body, String... parts) {
    return Optional.ofNullable(context.header(HEADER))
        .map(key -> new IdempotentRequest(scope + "/" + checked(key), body.fingerprint(parts)));
  }

  private static String checked(String key) {
    boolean visible = key.chars().allMatch(c -> c > ' ' && c < 127);
    if (key.isEmpty() || key.length() > MAX_LENGTH || !visible) {
      throw RefusedException.invalid(
          HEADER,
          "%s is not 1 to %d visible ASCII characters".formatted(HEADER, MAX_LENGTH),
          "Send a UUID.");
    }
    return key;
  }
}
