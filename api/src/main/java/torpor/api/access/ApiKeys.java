package torpor.api.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import torpor.engine.store.ApiKey;

/// Makes and checks API keys, `torpor_<id>_<secret>`. The secret has 256 random bits, so a plain
/// digest protects it: there is nothing to guess that a slow hash would make slower. Thread-safe.
public final class ApiKeys {
  private static final String PREFIX = "torpor_";
  private static final int ID_BYTES = 4;
  private static final int SECRET_BYTES = 32;

  private final KeyStore store;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public ApiKeys(KeyStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// A key and the only copy of its text there will ever be.
  public record Created(ApiKey key, String text) {}

  public CompletionStage<Created> create(String name) {
    String id = HexFormat.of().formatHex(randomBytes(ID_BYTES));
    String secret =
        Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(SECRET_BYTES));
    String text = PREFIX + id + "_" + secret;
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    ApiKey key = new ApiKey(id, name, digest(text), now);
    return store.add(key).thenApply(_ -> new Created(key, text));
  }

  public CompletionStage<List<ApiKey>> all() {
    return store.all();
  }

  public CompletionStage<Boolean> remove(String id) {
    return store.remove(id);
  }

  /// Whether `presented` is a key that has not been removed.
  public CompletionStage<Boolean> verify(String presented) {
    byte[] digest = digest(presented).getBytes(StandardCharsets.US_ASCII);
    return store
        .all()
        .thenApply(keys ->
            keys.stream()
                .map(key -> key.hash().getBytes(StandardCharsets.US_ASCII))
                .anyMatch(known -> MessageDigest.isEqual(known, digest)));
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
