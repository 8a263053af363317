package torpor.engine.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.engine.fake.TasksByHand;

@Timeout(10)
class SerialTest {
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void runsTasksInTheOrderGiven() {
    TasksByHand threads = new TasksByHand();
    Serial serial = new Serial(threads);
    IntStream.range(0, 100).forEach(i -> serial.execute(() -> ran.add(i)));

    threads.runAll();

    assertThat(ran).isEqualTo(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void asksForOneThreadOnlyAndOnlyWhileThereIsSomethingToDo() {
    TasksByHand threads = new TasksByHand();
    Serial serial = new Serial(threads);
    serial.execute(() -> ran.add(1));
    serial.execute(() -> ran.add(2));
    assertThat(threads.waiting()).isEqualTo(1);

    threads.runAll();
    assertThat(threads.waiting()).isZero();

    serial.execute(() -> ran.add(3));
    assertThat(threads.waiting()).isEqualTo(1);
    threads.runAll();
    assertThat(ran).containsExactly(1, 2, 3);
  }

  @Test
  void aTaskGivenByATaskRunsAfterItHasEnded() {
    Serial serial = new Serial(Runnable::run);

    serial.execute(() -> {
      serial.execute(() -> ran.add(2));
      ran.add(1);
    });

    assertThat(ran).containsExactly(1, 2);
  }

  @Test
  void aThrowingTaskDoesNotStopTheRest() {
    TasksByHand threads = new TasksByHand();
    Serial serial = new Serial(threads);
    serial.execute(() -> {
      throw new IllegalStateException("planted");
    });
    serial.execute(() -> ran.add(1));
    threads.runAll();
    serial.execute(() -> ran.add(2));
    threads.runAll();

    assertThat(ran).containsExactly(1, 2);
  }

  @Test
  void aTaskThatEndsWithAnErrorDoesNotStopTheRestEither() {
    Serial serial = new Serial(Runnable::run);
    serial.execute(() -> {
      throw new AssertionError("planted");
    });
    serial.execute(() -> ran.add(1));

    assertThat(ran).containsExactly(1);
  }

  @Test
  void runsOneTaskAtATimeAndEachProducersInOrderUnderManyThreads() throws InterruptedException {
    int producers = 8;
    int each = 5_000;
    CountDownLatch left = new CountDownLatch(producers * each);
    AtomicBoolean inside = new AtomicBoolean();
    AtomicInteger faults = new AtomicInteger();
    int[] lastOf = new int[producers];
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        ExecutorService givers = Executors.newFixedThreadPool(producers)) {
      Serial serial = new Serial(threads);
      for (int p = 0; p < producers; p++) {
        int producer = p;
        givers.execute(() ->
            IntStream.rangeClosed(1, each)
                .forEach(i ->
                    serial.execute(() -> {
                      boolean alone = inside.compareAndSet(false, true);
                      if (!alone || lastOf[producer] != i - 1) {
                        faults.incrementAndGet();
                      }
                      lastOf[producer] = i;
                      inside.set(false);
                      left.countDown();
                    })));
      }
      assertThat(left.await(8, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(faults).hasValue(0);
    assertThat(lastOf).containsOnly(each);
  }
}
