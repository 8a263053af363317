package torpor.core.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RefusalTest {

  /// Part of the API: a line may be added here, none may change.
  private static final String GOLDEN =
      """
      capacity.exhausted UNAVAILABLE
      checkpoint.failed UNAVAILABLE
      checkpoint.locked CONFLICT_RETRYABLE
      checkpoint.unsupported UNSUPPORTED
      daemon.stopping UNAVAILABLE
      definition.exists CONFLICT
      definition.in_use CONFLICT
      definition.invalid INVALID
      definition.not_found NOT_FOUND
      exec.failed UNPROCESSABLE
      generation.stale CONFLICT
      idempotency.key_reused UNPROCESSABLE
      image.failed UNPROCESSABLE
      image.in_use CONFLICT
      image.invalid INVALID
      image.not_found NOT_FOUND
      instance.ambiguous CONFLICT
      instance.busy CONFLICT_RETRYABLE
      instance.not_found NOT_FOUND
      instance.protected CONFLICT
      instance.state CONFLICT
      internal INTERNAL
      job.ambiguous CONFLICT
      job.asleep CONFLICT_RETRYABLE
      job.busy CONFLICT_RETRYABLE
      job.elsewhere CONFLICT
      job.ended CONFLICT
      job.not_ended CONFLICT
      job.not_failed CONFLICT
      job.not_found NOT_FOUND
      job.not_running CONFLICT_RETRYABLE
      job.not_suspended CONFLICT
      lock.not_found NOT_FOUND
      name.taken CONFLICT
      network.unavailable UNPROCESSABLE
      operation.interrupted CONFLICT_RETRYABLE
      port.taken CONFLICT
      request.invalid INVALID
      request.too_large TOO_LARGE
      request.unauthenticated UNAUTHENTICATED
      request.unsupported UNSUPPORTED
      runtime.unavailable UNPROCESSABLE
      runtime.unknown INVALID
      schedule.not_found NOT_FOUND
      session.exists CONFLICT
      session.not_found NOT_FOUND
      session.offset CONFLICT
      signals.full CONFLICT_RETRYABLE
      snapshot.in_use CONFLICT
      snapshot.incompatible UNPROCESSABLE
      snapshot.not_found NOT_FOUND
      snapshot.not_newest CONFLICT
      storage.full NO_SPACE
      store.unavailable UNAVAILABLE
      volume.ambiguous CONFLICT
      volume.busy CONFLICT_RETRYABLE
      volume.changed CONFLICT
      volume.in_use CONFLICT
      volume.invalid UNPROCESSABLE
      volume.not_found NOT_FOUND
      """;

  @Test
  void theCodesAreAClosedListWithStableTexts() {
    assertThat(Arrays.stream(RefusalCode.values()).map(c -> c.text() + " " + c.kind()).sorted())
        .containsExactlyElementsOf(GOLDEN.lines().toList());
  }

  @Test
  void noTwoCodesHaveTheSameText() {
    assertThat(RefusalCode.values()).extracting(RefusalCode::text).doesNotHaveDuplicates();
  }

  @Test
  void onlyWhatMayPassLaterUnchangedIsRetryable() {
    assertThat(refusal(RefusalCode.JOB_BUSY).retryable()).isTrue();
    assertThat(refusal(RefusalCode.NO_SPACE).retryable()).isTrue();
    assertThat(refusal(RefusalCode.REQUEST_INVALID).retryable()).isFalse();
    assertThat(refusal(RefusalCode.GENERATION_STALE).retryable()).isFalse();
  }

  @Test
  void badInputNamesItsField() {
    assertThat(Refusal.invalid("token", "empty", "Send one.").field()).contains("token");
  }

  @Test
  void aRefusalPassesThroughWhatIsDoneWithAnAnswer() {
    Reply<Integer> done = Reply.done(20);
    Reply<Integer> refused = Reply.refused(refusal(RefusalCode.JOB_BUSY));
    assertThat(done.map(n -> n + 1)).isEqualTo(Reply.done(21));
    assertThat(refused.map(n -> n + 1)).isEqualTo(refused);
  }

  private static Refusal refusal(RefusalCode code) {
    return Refusal.of(code, "detail", "remedy");
  }
}
