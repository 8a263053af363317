package torpor.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.wire.ProblemDetails;

class ProblemsTest {
  @ParameterizedTest
  @EnumSource(RefusalCode.class)
  void everyRefusalIsAProblemWithItsCode(RefusalCode code) {
    ProblemDetails problem = Problems.of(Refusal.ofField(code, "f", "It is so.", "Do that."));
    assertThat(problem.status()).isBetween(400, 507);
    assertThat(problem.code()).isEqualTo(code.text());
    assertThat(problem.type()).isEqualTo("urn:torpor:problem:" + code.text());
    assertThat(problem.retryable()).isEqualTo(code.retryable());
    assertThat(problem.field()).isEqualTo(Optional.of("f"));
    assertThat(problem.detail()).isEqualTo("It is so.");
    assertThat(problem.remediation()).isEqualTo("Do that.");
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST_INVALID,400",
    "UNAUTHENTICATED,401",
    "JOB_NOT_FOUND,404",
    "JOB_ENDED,409",
    "JOB_ASLEEP,409",
    "REQUEST_TOO_LARGE,413",
    "IDEMPOTENCY_KEY_REUSED,422",
    "INTERNAL,500",
    "CHECKPOINT_UNSUPPORTED,501",
    "NO_CAPACITY,503",
    "NO_SPACE,507"
  })
  void eachKindHasItsStatus(RefusalCode code, int status) {
    assertThat(Problems.status(code.kind())).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "JOB_AMBIGUOUS,Ambiguous id",
    "DEFINITION_EXISTS,Exists already",
    "DEFINITION_IN_USE,Still in use",
    "JOB_ENDED,Not possible in the present state"
  })
  void aConflictThatIsNotOneOfAStateIsNotCalledOne(RefusalCode code, String title) {
    assertThat(Problems.of(Refusal.of(code, "It is so.", "Do that.")).title()).isEqualTo(title);
  }

  @Test
  void aSecretInAPathIsMasked() {
    assertThat(Problems.shown("/s/geheim/jobs/x")).isEqualTo("/s/…/jobs/x");
    assertThat(Problems.shown("/v1/jobs")).isEqualTo("/v1/jobs");
    assertThat(Problems.shown("/" + "x".repeat(500))).hasSize(201);
  }
}
