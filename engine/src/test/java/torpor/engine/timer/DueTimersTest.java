package torpor.engine.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;
import static torpor.engine.fake.Ids.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.core.job.JobId;
import torpor.engine.fake.ManualTime;
import torpor.engine.fake.TasksByHand;
import torpor.engine.store.StoreFailure;

@Timeout(10)
class DueTimersTest {
  private final ManualTime time = new ManualTime();
  private final TasksByHand threads = new TasksByHand();
  private final SleepingRows store = new SleepingRows();
  private final AtomicInteger backlog = new AtomicInteger();
  private final List<JobId> fired = new ArrayList<>();
  private final Map<JobId, Instant> firedAt = new HashMap<>();
  private final Queue<CompletableFuture<Void>> outcomes = new ArrayDeque<>();
  private int faults;
  private final StoreFailure planted =
      new StoreFailure(
          StoreFailure.Kind.UNAVAILABLE, "planted", new IllegalStateException("planted"));
  private final DueTimers timers =
      new DueTimers(store, time, time, threads, this::fire, backlog::get);

  private CompletionStage<Void> fire(List<JobId> batch) {
    if (faults-- > 0) {
      throw new IllegalStateException("planted");
    }
    fired.addAll(batch);
    batch.forEach(job -> firedAt.put(job, time.instant()));
    CompletableFuture<Void> outcome = outcomes.poll();
    if (outcome == null) {
      batch.forEach(store::decided);
      return CompletableFuture.completedFuture(null);
    }
    return outcome;
  }

  private static Instant at(long millis) {
    return ManualTime.START.plusMillis(millis);
  }

  private void start() {
    timers.start();
    threads.runAll();
  }

  private void pass(long millis) {
    Instant end = time.instant().plusMillis(millis);
    threads.runAll();
    while (time.next().filter(next -> !next.isAfter(end)).isPresent()) {
      Instant next = time.next().orElseThrow();
      Duration wait = Duration.between(time.instant(), next);
      time.pass(wait.isNegative() ? Duration.ZERO : wait);
      threads.runAll();
    }
    time.pass(Duration.between(time.instant(), end));
  }

  /// A commit that puts a job to sleep.
  private void commit(JobId job, Instant until) {
    store.sleep(job, until);
    timers.arm(job, until);
  }

  @Test
  void nothingIsFiredEarlyAndEverythingAtItsMoment() {
    for (int i = 1; i <= 200; i++) {
      store.sleep(job(i), at(i * 977L));
    }
    start();

    pass(200 * 977L);

    assertThat(fired).isEqualTo(jobs(1, 200));
    firedAt.forEach(
        (job, when) -> assertThat(when).isEqualTo(at(Integer.parseInt(job.ulid()) * 977L)));
  }

  @Test
  void aTimerIsNotFiredAMillisecondBeforeItsMoment() {
    store.sleep(job(1), at(5_000));
    start();

    pass(4_999);
    assertThat(fired).isEmpty();

    pass(1);
    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void whatWasDueLongAgoIsFiredAtTheStart() {
    store.sleep(job(1), at(-86_400_000));

    start();

    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void onlyTheHorizonIsInMemory() {
    store.sleep(job(1), at(59_000));
    store.sleep(job(2), at(61_000));
    store.sleep(job(3), at(86_400_000));

    start();

    assertThat(timers.size()).isEqualTo(1);
    pass(86_400_000);
    assertThat(fired).containsExactly(job(1), job(2), job(3));
  }

  @Test
  void aHundredThousandEqualDueTimesAreFiredOnceEach() {
    jobs(1, 100_000).forEach(job -> store.sleep(job, at(1_000)));
    start();

    pass(60_000);

    assertThat(fired).hasSize(100_000);
    assertThat(new HashSet<>(fired)).hasSize(100_000);
    assertThat(store.isEmpty()).isTrue();
  }

  @Test
  void aHundredThousandThatWereDueDuringAnOutageAreFiredOnceEachAndNeverTooManyAtOnce() {
    jobs(1, 100_000).forEach(job -> store.sleep(job, at(-1_000)));
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (int i = 0; i < 4_096 / 512; i++) {
      CompletableFuture<Void> outcome = new CompletableFuture<>();
      open.add(outcome);
      outcomes.add(outcome);
    }
    start();
    pass(30_000);
    assertThat(fired).hasSize(4_096);

    fired.forEach(store::decided);
    open.forEach(outcome -> outcome.complete(null));
    pass(30_000);

    assertThat(fired).hasSize(100_000);
    assertThat(new HashSet<>(fired)).hasSize(100_000);
  }

  @Test
  void aCommitWithinTheHorizonThatIsBeingLoadedIsNotLost() {
    CompletableFuture<Void> holdUp = store.holdUpNextRead();
    start();
    commit(job(1), at(45_000));
    threads.runAll();

    holdUp.complete(null);
    pass(45_000);

    assertThat(fired).containsExactly(job(1));
    assertThat(firedAt).containsEntry(job(1), at(45_000));
  }

  @Test
  void aCommitIsNotLostWhenTheLoadOfItsHorizonFails() {
    CompletableFuture<Void> holdUp = store.holdUpNextRead();
    start();
    commit(job(1), at(500));
    threads.runAll();

    holdUp.completeExceptionally(planted);
    pass(500);

    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void aCommitBeyondTheHorizonIsFoundByALaterLoad() {
    start();
    commit(job(1), at(60_001));
    threads.runAll();
    assertThat(timers.size()).isZero();

    pass(60_001);

    assertThat(fired).containsExactly(job(1));
    assertThat(firedAt).containsEntry(job(1), at(60_001));
  }

  @Test
  void anEarlierCommitMovesTheNextLookForward() {
    store.sleep(job(1), at(9_000));
    start();
    commit(job(2), at(20));

    pass(20);

    assertThat(fired).containsExactly(job(2));
  }

  @Test
  void aCommitAtEveryMomentOfTwoHorizonsIsFiredInTime() {
    start();
    for (int i = 1; i <= 1_000; i++) {
      commit(job(i), time.instant().plusMillis(i * 67L));
      pass(121);
    }
    pass(70_000);

    assertThat(fired).hasSize(1_000).doesNotHaveDuplicates();
    firedAt.forEach((job, when) -> {
      int i = Integer.parseInt(job.ulid());
      assertThat(when).isEqualTo(at((i - 1) * 121L + i * 67L));
    });
  }

  @Test
  void aFailedLoadIsRepeatedAfterASecond() {
    store.sleep(job(1), at(100));
    CompletableFuture<Void> holdUp = store.holdUpNextRead();
    start();

    holdUp.completeExceptionally(planted);
    pass(999);
    assertThat(fired).isEmpty();

    pass(1);
    assertThat(fired).containsExactly(job(1));
    assertThat(store.reads).isEqualTo(2);
  }

  @Test
  void timersThatCouldNotBeDeliveredAreFiredAgainAfterAGrowingWait() {
    store.sleep(job(1), at(100));
    outcomes.add(CompletableFuture.failedFuture(planted));
    outcomes.add(CompletableFuture.failedFuture(planted));
    start();

    pass(1_099);
    assertThat(fired).containsExactly(job(1));
    pass(1);
    assertThat(fired).containsExactly(job(1), job(1));
    pass(2_000);
    assertThat(fired).containsExactly(job(1), job(1), job(1));
    pass(10_000);
    assertThat(fired).hasSize(3);
  }

  @Test
  void timersGoOnAfterADeliveryThatThrows() {
    store.sleep(job(1), at(1_000));
    store.sleep(job(2), at(20_000));
    start();
    faults = 2;

    pass(3_999);
    assertThat(fired).isEmpty();
    pass(1);
    assertThat(fired).containsExactly(job(1));
    pass(16_000);

    assertThat(fired).containsExactly(job(1), job(2));
    assertThat(firedAt).containsEntry(job(2), at(20_000));
  }

  @Test
  void timersGoOnAfterReadsThatThrow() {
    store.faults = 6;
    store.sleep(job(1), at(-1));
    start();

    // After 1, 2, 4, 8 and 8 seconds more.
    pass(22_999);
    assertThat(fired).isEmpty();
    pass(8_001);

    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void timersGoOnAfterALookThatThrows() {
    store.sleep(job(1), at(5_000));
    start();
    AtomicInteger asked = new AtomicInteger();
    DueTimers faulty =
        new DueTimers(
            store,
            time,
            time,
            threads,
            this::fire,
            () -> {
              if (asked.getAndIncrement() < 2) {
                throw new IllegalStateException("planted");
              }
              return 0;
            });
    timers.stop();
    faulty.start();

    pass(10_000);

    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void aBatchThatFailsHoldsNoOtherBatchUp() {
    jobs(1, 1_024).forEach(job -> store.sleep(job, at(100)));
    outcomes.add(CompletableFuture.failedFuture(planted));
    start();

    pass(100);
    assertThat(fired).hasSize(1_024);

    pass(1_000);
    assertThat(fired).hasSize(1_024 + 512);
    assertThat(store.isEmpty()).isTrue();
  }

  @Test
  void aNewerTimerOfAJobWhoseEarlierOneIsInFlightIsFiredAfterwards() {
    CompletableFuture<Void> delivering = new CompletableFuture<>();
    outcomes.add(delivering);
    store.sleep(job(1), at(100));
    start();
    pass(100);
    assertThat(fired).containsExactly(job(1));

    commit(job(1), at(200));
    pass(200);
    assertThat(fired).containsExactly(job(1));

    delivering.complete(null);
    threads.runAll();
    assertThat(fired).containsExactly(job(1), job(1));
  }

  @Test
  void theSameTimerTwiceIsFiredOnceWhileInFlight() {
    CompletableFuture<Void> delivering = new CompletableFuture<>();
    outcomes.add(delivering);
    store.sleep(job(1), at(100));
    start();
    pass(100);

    timers.arm(job(1), at(100));
    threads.runAll();
    store.decided(job(1));
    delivering.complete(null);
    pass(1_000);

    assertThat(fired).containsExactly(job(1));
  }

  @Test
  void aFullBacklogLetsOnlyAFewTimersThroughUntilThereIsRoom() {
    backlog.set(100_000);
    jobs(1, 1_000).forEach(job -> store.sleep(job, at(100)));
    start();
    pass(100);
    assertThat(fired).hasSize(64);
    pass(50);
    assertThat(fired).hasSize(128);

    backlog.set(99_999);
    pass(50);

    assertThat(fired).hasSize(1_000).doesNotHaveDuplicates();
  }

  @Test
  void nothingIsFiredAfterTheStop() {
    store.sleep(job(1), at(100));
    start();
    timers.stop();
    threads.runAll();

    pass(120_000);

    assertThat(fired).isEmpty();
    assertThat(time.pending()).isZero();
  }
}
