package torpor.engine.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.core.job.JobId;
import torpor.engine.fake.TasksByHand;

@Timeout(10)
class LanesTest {
  private static final JobId MINE = job(1);
  private static final JobId OTHER = job(2);

  private final TasksByHand threads = new TasksByHand();
  private final Lanes<JobId> lanes = new Lanes<JobId>(threads);
  private final List<String> begun = new ArrayList<>();

  private Supplier<CompletionStage<?>> work(String name, CompletableFuture<Void> end) {
    return () -> {
      begun.add(name);
      return end;
    };
  }

  private Supplier<CompletionStage<?>> work(String name) {
    return work(name, CompletableFuture.completedFuture(null));
  }

  @Test
  void whatIsQueuedBeginsWhenWhatWasQueuedBeforeHasEnded() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    lanes.queue(MINE, work("first", first));
    lanes.queue(MINE, work("second"));
    lanes.queue(MINE, work("third"));
    threads.runAll();
    assertThat(begun).containsExactly("first");

    first.complete(null);
    threads.runAll();

    assertThat(begun).containsExactly("first", "second", "third");
  }

  @Test
  void oneJobsLaneHoldsNoOtherJobUp() {
    lanes.queue(MINE, work("mine", new CompletableFuture<>()));
    lanes.queue(OTHER, work("other"));
    threads.runAll();

    assertThat(begun).containsExactly("mine", "other");
  }

  @Test
  void anEmptiedLaneTakesWorkAgain() {
    lanes.queue(MINE, work("first"));
    threads.runAll();
    lanes.queue(MINE, work("second"));
    threads.runAll();

    assertThat(begun).containsExactly("first", "second");
  }

  @Test
  void anEffectThatFailsDoesNotStopTheLane() {
    CompletableFuture<Void> failing = new CompletableFuture<>();
    lanes.queue(MINE, work("first", failing));
    lanes.queue(MINE, work("second"));
    threads.runAll();

    failing.completeExceptionally(new IllegalStateException("planted"));
    threads.runAll();

    assertThat(begun).containsExactly("first", "second");
  }

  @Test
  void anEffectThatThrowsDoesNotStopTheLane() {
    lanes.queue(
        MINE,
        () -> {
          throw new IllegalStateException("planted");
        });
    lanes.queue(MINE, work("second"));
    lanes.queue(
        MINE,
        () -> {
          throw new AssertionError("planted");
        });
    lanes.queue(MINE, work("fourth"));
    threads.runAll();

    assertThat(begun).containsExactly("second", "fourth");
  }

  @Test
  void anOvertakingEffectBeginsAtOnceAndWhatIsQueuedLaterWaitsForBoth() {
    CompletableFuture<Void> slow = new CompletableFuture<>();
    CompletableFuture<Void> overtaking = new CompletableFuture<>();
    lanes.queue(MINE, work("slow", slow));
    lanes.overtake(MINE, work("overtaking", overtaking));
    lanes.queue(MINE, work("later"));
    threads.runAll();
    assertThat(begun).containsExactly("slow", "overtaking");

    overtaking.complete(null);
    threads.runAll();
    assertThat(begun).containsExactly("slow", "overtaking");

    slow.complete(null);
    threads.runAll();
    assertThat(begun).containsExactly("slow", "overtaking", "later");
  }

  @Test
  void whatIsQueuedLaterWaitsForTheOvertakingEffectTooWhenThatIsTheSlowerOne() {
    CompletableFuture<Void> overtaking = new CompletableFuture<>();
    lanes.queue(MINE, work("first"));
    lanes.overtake(MINE, work("overtaking", overtaking));
    lanes.queue(MINE, work("later"));
    threads.runAll();
    assertThat(begun).containsExactlyInAnyOrder("first", "overtaking");

    overtaking.completeExceptionally(new IllegalStateException("planted"));
    threads.runAll();
    assertThat(begun).last().isEqualTo("later");
  }

  @Test
  void everyLaneKeepsItsOrderUnderManyThreads() throws InterruptedException {
    int jobs = 8;
    int each = 1_500;
    AtomicIntegerArray inLane = new AtomicIntegerArray(jobs);
    AtomicIntegerArray last = new AtomicIntegerArray(jobs);
    AtomicInteger faults = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(jobs * each);
    try (ExecutorService pool = Executors.newFixedThreadPool(4);
        ExecutorService givers = Executors.newFixedThreadPool(jobs)) {
      Lanes<JobId> shared = new Lanes<JobId>(pool);
      for (int j = 0; j < jobs; j++) {
        int lane = j;
        givers.execute(() -> {
          for (int i = 1; i <= each; i++) {
            int number = i;
            shared.queue(
                job(lane),
                () -> {
                  boolean alone = inLane.incrementAndGet(lane) == 1;
                  if (!alone || last.getAndSet(lane, number) != number - 1) {
                    faults.incrementAndGet();
                  }
                  return CompletableFuture.runAsync(
                      () -> {
                        inLane.decrementAndGet(lane);
                        left.countDown();
                      },
                      pool);
                });
          }
        });
      }
      assertThat(left.await(8, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(faults).hasValue(0);
  }
}
