package torpor.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class EndWatchTest {
  private final EndWatch ends = new EndWatch();

  @Test
  void everybodyWhoWatchesTheJobIsToldOfItsEndAndNobodyElse() {
    EndWatch.Watch first = ends.watch(job(1));
    EndWatch.Watch second = ends.watch(job(1));
    EndWatch.Watch other = ends.watch(job(2));

    ends.ended(job(1));

    assertThat(first.end()).isCompleted();
    assertThat(second.end()).isCompleted();
    assertThat(other.end()).isNotDone();
  }

  @Test
  void whoWatchesAfterAnEndWaitsForTheNext() {
    ends.ended(job(1));
    EndWatch.Watch watch = ends.watch(job(1));
    assertThat(watch.end()).isNotDone();

    ends.ended(job(1));

    assertThat(watch.end()).isCompleted();
  }

  @Test
  void aForgottenWatchIsNotToldAndTheOthersAre() {
    EndWatch.Watch forgotten = ends.watch(job(1));
    EndWatch.Watch kept = ends.watch(job(1));

    ends.forget(forgotten);
    ends.forget(forgotten);
    ends.ended(job(1));

    assertThat(forgotten.end()).isNotDone();
    assertThat(kept.end()).isCompleted();
  }

  @Test
  void whoWatchesFirstAndThenLooksNeverMissesAnEnd() throws Exception {
    int rounds = 2_000;
    CyclicBarrier round = new CyclicBarrier(2);
    List<AtomicBoolean> ended =
        IntStream.range(0, rounds).mapToObj(_ -> new AtomicBoolean()).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      var ending =
          threads.submit(() -> {
            for (int i = 0; i < rounds; i++) {
              round.await(5, TimeUnit.SECONDS);
              ended.get(i).set(true);
              ends.ended(job(i));
            }
            return true;
          });
      for (int i = 0; i < rounds; i++) {
        round.await(5, TimeUnit.SECONDS);
        EndWatch.Watch watch = ends.watch(job(i));
        if (!ended.get(i).get()) {
          watch.end().get(5, TimeUnit.SECONDS);
        }
        ends.forget(watch);
      }
      assertThat(ending.get(5, TimeUnit.SECONDS)).isTrue();
    }
  }
}
