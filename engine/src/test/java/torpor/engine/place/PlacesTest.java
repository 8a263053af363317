package torpor.engine.place;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.core.job.JobId;

@Timeout(10)
class PlacesTest {
  private final List<JobId> granted = new ArrayList<>();

  private static Places places(int total) {
    return new Places(total, Runnable::run);
  }

  private CompletableFuture<Void> acquire(Places places, int number) {
    JobId id = job(number);
    return places.acquire(id).thenRun(() -> granted.add(id)).toCompletableFuture();
  }

  private CompletableFuture<Void> acquireFresh(Places places, int number) {
    JobId id = job(number);
    return places.acquireFresh(id).thenRun(() -> granted.add(id)).toCompletableFuture();
  }

  @Test
  void firstComeFirstServed() {
    Places places = places(1);
    var _ = acquireFresh(places, 3);
    var _ = acquireFresh(places, 1);
    var _ = acquireFresh(places, 2);
    assertThat(granted).containsExactly(job(3));
    assertThat(places.waiting()).isEqualTo(2);

    places.release(job(3));
    places.release(job(1));

    assertThat(granted).containsExactly(job(3), job(1), job(2));
    assertThat(places.taken()).isEqualTo(1);
    assertThat(places.waiting()).isZero();
  }

  @Test
  void whoGoesOnComesBeforeTheFreshAndEveryFourthPlaceIsForAFreshOne() {
    Places places = places(1);
    places.take(job(100));
    for (int fresh = 1; fresh <= 3; fresh++) {
      var _ = acquireFresh(places, fresh);
    }
    for (int goingOn = 11; goingOn <= 17; goingOn++) {
      var _ = acquire(places, goingOn);
    }
    assertThat(places.goingOn()).isEqualTo(7);

    places.release(job(100));
    for (int i = 0; i < 9; i++) {
      places.release(granted.getLast());
    }

    assertThat(granted)
        .containsExactly(
            job(11), job(12), job(13), job(1), job(14), job(15), job(16), job(2), job(17), job(3));
    assertThat(places.goingOn()).isZero();
  }

  @Test
  void askingAgainTakesNoSecondPlace() {
    Places places = places(2);
    var _ = acquire(places, 1);
    var _ = acquire(places, 1);
    var _ = acquireFresh(places, 1);

    assertThat(granted).containsExactly(job(1), job(1), job(1));
    assertThat(places.taken()).isEqualTo(1);
  }

  @Test
  void whoHasAPlaceIsToldSoAtOnceThoughAllAreTaken() {
    Places places = places(1);
    var _ = acquire(places, 1);

    assertThat(acquire(places, 1)).isCompleted();
    assertThat(acquireFresh(places, 1)).isCompleted();
  }

  @Test
  void whoAsksTwiceWhileWaitingIsGrantedOnceAndToldTwice() {
    Places places = places(1);
    places.take(job(9));
    CompletableFuture<Void> first = acquireFresh(places, 1);
    CompletableFuture<Void> second = acquire(places, 1);
    assertThat(places.waiting()).isEqualTo(1);

    places.release(job(9));

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(places.taken()).isEqualTo(1);
  }

  @Test
  void givingUpEndsTheWishButKeepsAPlaceAlreadyTaken() {
    Places places = places(1);
    var _ = acquire(places, 1);
    CompletableFuture<Void> waiting = acquire(places, 2);
    CompletableFuture<Void> again = acquire(places, 2);

    places.giveUp(job(1));
    places.giveUp(job(2));

    assertThat(waiting).isCompletedExceptionally();
    assertThat(again).isCompletedExceptionally();
    assertThat(places.taken()).isEqualTo(1);
    assertThat(places.waiting()).isZero();
    assertThat(places.goingOn()).isZero();
  }

  @Test
  void releasingEndsTheWishToo() {
    Places places = places(1);
    var _ = acquire(places, 1);
    CompletableFuture<Void> waiting = acquireFresh(places, 2);

    places.release(job(2));
    places.release(job(1));
    places.release(job(1));

    assertThat(waiting).isCompletedExceptionally();
    assertThat(places.taken()).isZero();
    assertThat(granted).containsExactly(job(1));
  }

  @Test
  void aMachineThatExistsTakesAPlaceBeyondTheTotalAndNobodyElseGetsOneUntilThereIsRoom() {
    Places places = places(1);
    places.take(job(1));
    places.take(job(2));
    assertThat(places.taken()).isEqualTo(2);
    var _ = acquire(places, 3);

    places.release(job(1));
    assertThat(granted).isEmpty();

    places.release(job(2));
    assertThat(granted).containsExactly(job(3));
  }

  @Test
  void whoTakesAPlaceWhileWaitingForOneIsToldAndWaitsNoLonger() {
    Places places = places(1);
    places.take(job(1));
    CompletableFuture<Void> waiting = acquire(places, 2);

    places.take(job(2));

    assertThat(waiting).isCompleted();
    assertThat(places.waiting()).isZero();
    assertThat(places.taken()).isEqualTo(2);
  }

  @Test
  void neverGrantsMoreThanTheTotalUnderManyThreads() throws InterruptedException {
    int total = 7;
    int jobs = 6_000;
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(jobs);
    try (ExecutorService pool = Executors.newFixedThreadPool(4);
        ExecutorService askers = Executors.newFixedThreadPool(4)) {
      Places places = new Places(total, pool);
      for (int i = 0; i < jobs; i++) {
        JobId id = job(i);
        boolean fresh = i % 2 == 0;
        askers.execute(() ->
            (fresh ? places.acquireFresh(id) : places.acquire(id))
                .thenRunAsync(
                    () -> {
                      most.accumulateAndGet(held.incrementAndGet(), Math::max);
                      held.decrementAndGet();
                      places.release(id);
                      left.countDown();
                    },
                    pool));
      }
      assertThat(left.await(8, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(most.get()).isBetween(1, total);
    assertThat(held).hasValue(0);
  }
}
