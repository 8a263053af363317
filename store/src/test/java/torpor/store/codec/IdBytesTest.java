package torpor.store.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import torpor.core.job.JobId;

class IdBytesTest {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private final Random random = new Random(42);

  private JobId any() {
    StringBuilder ulid = new StringBuilder().append((char) ('0' + random.nextInt(8)));
    while (ulid.length() < 26) {
      ulid.append(DIGITS.charAt(random.nextInt(32)));
    }
    return new JobId(ulid.toString());
  }

  @Test
  void everyIdComesBack() {
    for (int i = 0; i < 10_000; i++) {
      JobId id = any();
      assertThat(IdBytes.id(IdBytes.of(id))).isEqualTo(id);
    }
    JobId least = new JobId("0".repeat(26));
    JobId most = new JobId("7" + "z".repeat(25));
    assertThat(IdBytes.of(least)).containsOnly(0);
    assertThat(IdBytes.of(most)).containsOnly(0xff);
    assertThat(IdBytes.id(IdBytes.of(most))).isEqualTo(most);
  }

  @Test
  void bytesAreOrderedAsIdsAre() {
    for (int i = 0; i < 10_000; i++) {
      JobId one = any();
      JobId two = any();
      assertThat(Integer.signum(Arrays.compareUnsigned(IdBytes.of(one), IdBytes.of(two))))
          .isEqualTo(Integer.signum(one.compareTo(two)));
    }
  }

  @Test
  void aPrefixIsARange() {
    JobId id = any();
    IdBytes.Range range = IdBytes.startingWith(id.ulid().substring(0, 9)).orElseThrow();
    assertThat(id).isBetween(range.first(), range.last());
    assertThat(range.first().ulid()).startsWith(id.ulid().substring(0, 9)).endsWith("0");
    assertThat(IdBytes.startingWith("x!")).isEmpty();
    assertThat(IdBytes.startingWith("0".repeat(27))).isEmpty();
  }
}
