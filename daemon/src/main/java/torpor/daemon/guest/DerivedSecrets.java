package torpor.daemon.guest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import torpor.core.job.JobId;

/// One secret per job, derived from the data directory's key: nothing to store for a million
/// sleepers, and still valid in memory restored by a later daemon. Thread-safe.
public final class DerivedSecrets {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 20;
  private final SecretKeySpec key;

  /// @param key at least 32 bytes
  public DerivedSecrets(byte[] key) {
    if (key.length < 32) {
      throw new IllegalArgumentException(
          "the key for job secrets has only " + key.length + " bytes");
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  public String of(JobId job) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] digest = mac.doFinal(("guest " + job.ulid()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
    }
  }

  /// Takes the same time whether and where they differ.
  public boolean verify(JobId job, String presented) {
    return MessageDigest.isEqual(
        of(job).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
  }
}
