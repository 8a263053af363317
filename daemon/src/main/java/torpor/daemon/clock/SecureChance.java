package torpor.daemon.clock;

import com.github.f4b6a3.ulid.UlidFactory;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import torpor.core.job.JobId;
import torpor.engine.clock.Chance;

/// Chance from the operating system; ids from ulid-creator's monotonic factory.
public final class SecureChance implements Chance {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int SECRET_LENGTH = 32;

  private final SecureRandom random = new SecureRandom();
  private final UlidFactory ids = UlidFactory.newMonotonicInstance();

  @Override
  public double draw() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public JobId newJobId(Instant now) {
    return new JobId(ids.create(now.toEpochMilli()).toString().toLowerCase(Locale.ROOT));
  }

  @Override
  public String newSecret() {
    StringBuilder secret = new StringBuilder(SECRET_LENGTH);
    for (int i = 0; i < SECRET_LENGTH; i++) {
      secret.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return secret.toString();
  }
}
