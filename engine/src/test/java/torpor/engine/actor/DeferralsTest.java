package torpor.engine.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import torpor.engine.fake.ManualTime;

class DeferralsTest {
  private static final Instant EARLY = ManualTime.START.plusSeconds(10);
  private static final Instant LATE = ManualTime.START.plusSeconds(20);

  private final ManualTime time = new ManualTime();
  private final AtomicInteger looks = new AtomicInteger();
  private final Deferrals deferrals = new Deferrals(time, looks::incrementAndGet);
  private final Mail a = Mails.mail("a");
  private final Mail b = Mails.mail("b");

  @Test
  void oneAlarmIsSetForTheEarliestMoment() {
    deferrals.add(a, EARLY);
    deferrals.add(b, LATE);

    assertThat(time.pending()).isEqualTo(1);
    assertThat(time.next()).contains(EARLY);
  }

  @Test
  void anEarlierMomentReplacesTheAlarm() {
    deferrals.add(a, LATE);
    deferrals.add(b, EARLY);

    assertThat(time.pending()).isEqualTo(1);
    assertThat(time.next()).contains(EARLY);
  }

  @Test
  void theSameMomentNeedsNoOtherAlarm() {
    deferrals.add(a, EARLY);
    deferrals.add(b, EARLY);

    time.pass(Duration.ofSeconds(30));

    assertThat(looks).hasValue(1);
  }

  @Test
  void looksAgainWhenTheMomentHasComeAndNotBefore() {
    deferrals.add(a, EARLY);

    time.pass(Duration.ofSeconds(10).minusNanos(1));
    assertThat(looks).hasValue(0);

    time.pass(Duration.ofNanos(1));
    assertThat(looks).hasValue(1);
    assertThat(deferrals.isEmpty()).isFalse();
  }

  @Test
  void takingAllGivesItInTheOrderAddedAndCancelsTheAlarm() {
    deferrals.add(a, LATE);
    deferrals.add(b, EARLY);

    assertThat(deferrals.takeAll()).containsExactly(a, b);

    assertThat(deferrals.isEmpty()).isTrue();
    assertThat(time.pending()).isZero();
    assertThat(deferrals.takeAll()).isEmpty();
  }

  @Test
  void afterTakingAllALaterMomentIsTheEarliestAgain() {
    deferrals.add(a, EARLY);
    deferrals.takeAll().forEach(mail -> deferrals.add(mail, LATE));

    assertThat(time.next()).contains(LATE);
    time.pass(Duration.ofSeconds(20));
    assertThat(looks).hasValue(1);
  }
}
