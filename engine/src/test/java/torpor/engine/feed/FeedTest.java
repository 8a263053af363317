package torpor.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.core.job.Happening;
import torpor.core.job.JobId;
import torpor.engine.fake.ManualTime;
import torpor.engine.fake.TasksByHand;
import torpor.engine.fake.UnaskedStore;
import torpor.engine.store.RecordedHappening;

@Timeout(10)
class FeedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JobId MINE = job(1);
  private static final JobId OTHER = job(2);

  private final ManualTime time = new ManualTime();
  private final History store = new History();
  private final Feed feed = new Feed(store, time, time, Runnable::run);

  private static final class History extends UnaskedStore {
    private final List<RecordedHappening> written = new CopyOnWriteArrayList<>();
    private final Queue<CompletableFuture<Void>> holdUps = new ArrayDeque<>();

    void write(long sequence, JobId job) {
      written.add(
          new RecordedHappening(sequence, job, ManualTime.START, Happening.of(Happening.RUNNING)));
    }

    @Override
    public CompletionStage<List<RecordedHappening>> history(
        Optional<JobId> job, long afterSequence, int limit) {
      List<RecordedHappening> found =
          written.stream()
              .filter(h -> job.map(h.job()::equals).orElse(true) && h.sequence() > afterSequence)
              .limit(limit)
              .toList();
      CompletableFuture<Void> holdUp = holdUps.poll();
      return holdUp == null
          ? CompletableFuture.completedFuture(found)
          : holdUp.thenApply(_ -> found);
    }
  }

  private CompletableFuture<List<Long>> after(
      Optional<JobId> job, long sequence, Duration patience) {
    return feed.after(job, sequence, 100, patience)
        .thenApply(found -> found.stream().map(RecordedHappening::sequence).toList())
        .toCompletableFuture();
  }

  @Test
  void aPublicationIsFreeWhileNobodyListens() {
    TasksByHand threads = new TasksByHand();
    Feed quiet = new Feed(store, time, time, threads);

    quiet.published(MINE);
    assertThat(threads.waiting()).isZero();

    var _ = quiet.after(Optional.of(MINE), 0, 100, PATIENCE);
    threads.runAll();
    quiet.published(MINE);
    assertThat(threads.waiting()).isEqualTo(1);

    store.write(1, MINE);
    threads.runAll();
    quiet.published(MINE);
    assertThat(threads.waiting()).isZero();
  }

  @Test
  void whatIsThereIsAnsweredAtOnceAndLeavesNoAlarm() {
    store.write(1, MINE);
    store.write(2, OTHER);

    assertThat(after(Optional.empty(), 0, PATIENCE)).isCompletedWithValue(List.of(1L, 2L));
    assertThat(after(Optional.of(MINE), 0, PATIENCE)).isCompletedWithValue(List.of(1L));
    assertThat(time.pending()).isZero();
  }

  @Test
  void withoutPatienceNothingIsAnsweredAtOnce() {
    assertThat(after(Optional.empty(), 0, Duration.ZERO)).isCompletedWithValue(List.of());
    assertThat(time.pending()).isZero();
  }

  @Test
  void aWaiterIsToldWhenHistoryGrows() {
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);
    assertThat(answer).isNotDone();

    store.write(1, MINE);
    feed.published(MINE);

    assertThat(answer).isCompletedWithValue(List.of(1L));
    assertThat(time.pending()).isZero();
  }

  @Test
  void whatBecomesDurableBetweenTheLookAndTheWaitIsNotMissed() {
    CompletableFuture<Void> looking = new CompletableFuture<>();
    store.holdUps.add(looking);
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);

    store.write(1, MINE);
    feed.published(MINE);
    assertThat(answer).isNotDone();
    looking.complete(null);

    assertThat(answer).isCompletedWithValue(List.of(1L));
  }

  @Test
  void theNewsOfAnotherJobDoNotWakeAWaiter() {
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);

    store.write(1, MINE);
    feed.published(OTHER);
    assertThat(answer).isNotDone();

    feed.published(MINE);
    assertThat(answer).isCompletedWithValue(List.of(1L));
  }

  @Test
  void anybodysNewsWakeWhoWaitsForAll() {
    CompletableFuture<List<Long>> answer = after(Optional.empty(), 0, PATIENCE);

    store.write(1, OTHER);
    feed.published(OTHER);

    assertThat(answer).isCompletedWithValue(List.of(1L));
  }

  @Test
  void newsBehindAnotherJobsUnfinishedCommitAreReadWhenThatEnds() {
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);

    feed.published(MINE);
    assertThat(answer).isNotDone();
    store.write(2, MINE);
    feed.published(OTHER);

    assertThat(answer).isCompletedWithValue(List.of(2L));
  }

  @Test
  void patienceEndsWithNothingAndNotBefore() {
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);

    time.pass(PATIENCE.minusMillis(1));
    assertThat(answer).isNotDone();
    time.pass(Duration.ofMillis(1));

    assertThat(answer).isCompletedWithValue(List.of());
  }

  @Test
  void beingWokenInVainDoesNotLengthenPatience() {
    CompletableFuture<List<Long>> answer = after(Optional.of(MINE), 0, PATIENCE);
    time.pass(Duration.ofSeconds(20));
    feed.published(MINE);
    time.pass(Duration.ofSeconds(9));
    feed.published(OTHER);
    assertThat(answer).isNotDone();

    time.pass(Duration.ofSeconds(1));

    assertThat(answer).isCompletedWithValue(List.of());
    assertThat(time.pending()).isZero();
  }

  @Test
  void aFailedReadIsToldAndLeavesNoAlarm() {
    store.holdUps.add(CompletableFuture.failedFuture(new IllegalStateException("planted")));

    assertThat(after(Optional.of(MINE), 0, PATIENCE)).isCompletedExceptionally();
    assertThat(time.pending()).isZero();
  }

  @Test
  void aReaderThatAsksAgainAndAgainMissesNothingUnderManyThreads() throws Exception {
    int events = 3_000;
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Feed shared = new Feed(store, time, time, threads);
      var writing =
          writer.submit(() -> {
            for (int i = 1; i <= events; i++) {
              store.write(i, MINE);
              shared.published(MINE);
            }
          });
      long seen = 0;
      while (seen < events) {
        List<RecordedHappening> found =
            shared
                .after(Optional.of(MINE), seen, 7, PATIENCE)
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertThat(found).isNotEmpty();
        assertThat(found.getFirst().sequence()).isEqualTo(seen + 1);
        seen = found.getLast().sequence();
      }
      writing.get(5, TimeUnit.SECONDS);
    }
  }
}
