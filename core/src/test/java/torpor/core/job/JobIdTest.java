package torpor.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
  private static final String ULID = "01jdabcdefghjkmnpqrstvwxyz";

  @ParameterizedTest
  @ValueSource(
      strings = {
        ULID,
        "job_" + ULID,
        "JOB_01JDABCDEFGHJKMNPQRSTVWXYZ",
        "01JDABCDEFGHJKMNPQRSTVWXYZ"
      })
  void anIdIsReadWithOrWithoutItsPrefixInAnyCase(String text) {
    assertThat(JobId.isValid(text)).isTrue();
    assertThat(JobId.parse(text)).hasToString("job_" + ULID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "job_",
        "01jdabcdefghjkmnpqrstvwxy",
        "01jdabcdefghjkmnpqrstvwxyzz",
        "81jdabcdefghjkmnpqrstvwxyz",
        "01jdabcdefghijkmnpqrstvwxy",
        "01jdabcdefghlkmnpqrstvwxyu",
        "inst_01jdabcdefghjkmnpqrstvwxyz"
      })
  void whatIsNoUlidIsNoId(String text) {
    assertThat(JobId.isValid(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> JobId.parse(text));
  }

  @Test
  void idsAreOrderedByTheTimeInThem() {
    assertThat(JobId.parse("01jd0000000000000000000000"))
        .isLessThan(JobId.parse("01jd0000010000000000000000"));
  }

  @Test
  void phasesKeepTheirStoredCodes() {
    assertThat(JobPhase.values())
        .extracting(phase -> phase.code() + " " + phase.text())
        .containsExactly(
            "1 pending",
            "2 starting",
            "3 running",
            "4 checkpointing",
            "5 suspending",
            "6 suspended",
            "7 restoring",
            "8 pending_retry",
            "9 exiting",
            "10 terminating",
            "11 completed",
            "12 failed",
            "13 cancelled");
    for (JobPhase phase : JobPhase.values()) {
      assertThat(JobPhase.ofCode(phase.code())).isEqualTo(phase);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> JobPhase.ofCode(14));
  }
}
