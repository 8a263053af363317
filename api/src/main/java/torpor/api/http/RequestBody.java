package torpor.api.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.ByteSizes;
import torpor.wire.RawJson;
import torpor.wire.WireJson;

/// The body of one request: read whole, bounded, and only then looked at.
public final class RequestBody {
  private final byte[] bytes;

  private RequestBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @param limit most bytes that are taken
  /// @throws RefusedException where there is more
  public static RequestBody read(Context context, int limit) {
    try {
      InputStream in = context.req().getInputStream();
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        // A client that is still sending when the connection closes may never see the answer.
        in.skip(limit);
        throw tooLarge("The body", limit, "body");
      }
      return new RequestBody(bytes);
    } catch (IOException cut) {
      throw RefusedException.of(
          RefusalCode.REQUEST_INVALID, "The body ended before it was complete", "Repeat the call.");
    }
  }

  public static RefusedException tooLarge(String what, int limit, String field) {
    return new RefusedException(
        Refusal.ofField(
            RefusalCode.REQUEST_TOO_LARGE,
            field,
            "%s is larger than %s".formatted(what, ByteSizes.format(limit)),
            "Pass large data by reference, for example as a path or a URL."));
  }

  public boolean isEmpty() {
    return new String(bytes, StandardCharsets.UTF_8).isBlank();
  }

  /// @throws RefusedException where the body is no such record
  public <T> T as(Class<T> type) {
    try {
      T read = WireJson.reader(type).readValue(bytes);
      if (read == null) {
        throw RefusedException.of(
            RefusalCode.REQUEST_INVALID, "The body is no JSON object", "Send a JSON object.");
      }
      return read;
    } catch (JacksonException malformed) {
      throw new RefusedException(JsonRefusals.of(malformed));
    }
  }

  /// As [#as], with `fallback` for an empty body.
  public <T> T as(Class<T> type, T fallback) {
    return isEmpty() ? fallback : as(type);
  }

  /// Any JSON; nothing is `null`.
  public RawJson json() {
    return as(RawJson.class, RawJson.NULL);
  }

  /// A digest by which a repeated request is known from another one.
  ///
  /// @param parts what else makes the request: the path, say
  String fingerprint(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
