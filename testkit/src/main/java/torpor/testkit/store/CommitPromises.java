package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.JsonText;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.core.wake.Waker;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore.JobFilter;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// Transitions: inserted, updated, stale, fenced, repeated; many at once.
interface CommitPromises extends StoreUnderTest {

  @Test
  default void anInsertedJobIsFoundAsItWasWithVersionOne() {
    Job job = fresh(1, define("a", "1"));
    StoredJob stored = put(job);
    assertThat(stored.job()).isEqualTo(job);
    assertThat(stored.version()).isEqualTo(new Version(1));
    assertThat(StoreUnderTest.done(underTest().load(StoreSamples.id(2)))).isEmpty();
  }

  @Test
  default void everyStateComesBackAsItWas() {
    Definition definition = define("a", "1");
    List<Job> jobs = StoreSamples.everyState(1, definition.id());
    jobs.forEach(job -> assertThat(put(job).job()).isEqualTo(job));
    List<JobId> ids = jobs.stream().map(Job::id).toList();
    assertThat(StoreUnderTest.done(underTest().loadAll(ids)).stream().map(StoredJob::job))
        .containsExactlyInAnyOrderElementsOf(jobs);
  }

  @Test
  default void momentsAreCutOffToTheMicrosecond() {
    Definition definition = define("a", "1");
    Instant fine = Instant.parse("2026-11-20T08:00:00.123456789Z");
    Job job = Job.spawned(StoreSamples.id(1), definition.id(), fine, Optional.empty());
    assertThat(put(job).job().spawnedAt()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123456Z"));
  }

  @Test
  default void loadAllLeavesOutWhatDoesNotExist() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(3, definition));
    List<JobId> ids = IntStream.range(0, 1200).mapToObj(StoreSamples::id).toList();
    assertThat(
            StoreUnderTest.done(underTest().loadAll(ids)).stream().map(stored -> stored.job().id()))
        .containsExactlyInAnyOrder(StoreSamples.id(1), StoreSamples.id(3));
    assertThat(StoreUnderTest.done(underTest().existing(Set.copyOf(ids))))
        .containsExactlyInAnyOrder(StoreSamples.id(1), StoreSamples.id(3));
    assertThat(StoreUnderTest.done(underTest().loadAll(List.of()))).isEmpty();
  }

  @Test
  default void everyCommitRaisesTheVersionByOne() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    for (int expected = 2; expected <= 5; expected++) {
      CommitOutcome outcome =
          StoreUnderTest.done(
              underTest().commit(StoreSamples.update(stored, StoreSamples.running(stored.job()))));
      assertThat(((CommitOutcome.Committed) outcome).version()).isEqualTo(new Version(expected));
      stored = loaded(stored.job().id());
      assertThat(stored.version()).isEqualTo(new Version(expected));
    }
  }

  @Test
  default void aTransitionFromAnOldVersionIsStaleAndWritesNothing() {
    StoredJob first = put(fresh(1, define("a", "1")));
    move(first, StoreSamples.running(first.job()));
    StoredJob before = loaded(first.job().id());
    long last = StoreUnderTest.done(underTest().lastSequence());
    Transition late =
        new Transition(
            StoreSamples.in(first.job(), new JobState.Cancelled("late", T0)),
            first.version(),
            List.of(new JobChange.SignalAdded(StoreSamples.signal(1, false))),
            List.of(Happening.of("job.test")),
            Optional.empty(),
            Optional.of(new Idempotency("key", "f", "a")),
            T0);
    assertThat(StoreUnderTest.done(underTest().commit(late))).isEqualTo(new CommitOutcome.Stale());
    assertThat(loaded(first.job().id())).isEqualTo(before);
    assertThat(StoreUnderTest.done(underTest().history(Optional.empty(), last, 10))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().idempotency("key"))).isEmpty();
  }

  @Test
  default void insertingAnIdTwiceIsStale() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    assertThat(StoreUnderTest.done(underTest().commit(StoreSamples.insert(fresh(1, definition)))))
        .isEqualTo(new CommitOutcome.Stale());
  }

  @Test
  default void updatingWhatIsNotThereIsStale() {
    Job job = fresh(1, define("a", "1"));
    assertThat(
            StoreUnderTest.done(
                underTest().commit(StoreSamples.update(new StoredJob(job, new Version(3)), job))))
        .isEqualTo(new CommitOutcome.Stale());
  }

  @Test
  default void afterATakeOverEveryCommitIsFenced() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    assumeThat(nodeTakenOver()).as("this store has other owners").isTrue();
    assertThat(StoreUnderTest.done(underTest().commit(StoreSamples.update(stored, stored.job()))))
        .isInstanceOf(CommitOutcome.Fenced.class);
    assertThat(
            StoreUnderTest.done(underTest().commit(StoreSamples.insert(fresh(2, define2(stored))))))
        .isInstanceOf(CommitOutcome.Fenced.class);
    assertThat(loaded(stored.job().id())).isEqualTo(stored);
    assertThat(StoreUnderTest.done(underTest().load(StoreSamples.id(2)))).isEmpty();
  }

  private Definition define2(StoredJob like) {
    return StoreUnderTest.done(underTest().definition(like.job().definition())).orElseThrow();
  }

  @Test
  default void aKeyUsedBeforeIsRepeatedAndWritesNothing() {
    Definition definition = define("a", "1");
    Idempotency record = new Idempotency("POST /jobs key", "print", "{\"id\":1}");
    Transition first = keyed(fresh(1, definition), record);
    assertThat(StoreUnderTest.done(underTest().commit(first)))
        .isInstanceOf(CommitOutcome.Committed.class);
    assertThat(StoreUnderTest.done(underTest().idempotency(record.key()))).contains(record);
    Transition second =
        keyed(fresh(2, definition), new Idempotency(record.key(), "other", "other"));
    assertThat(StoreUnderTest.done(underTest().commit(second)))
        .isEqualTo(new CommitOutcome.Repeated(record));
    assertThat(StoreUnderTest.done(underTest().load(StoreSamples.id(2)))).isEmpty();
  }

  @Test
  default void ofManyCommitsAtOnceWithOneKeyExactlyOneTakesEffect() {
    Definition definition = define("a", "1");
    List<CompletionStage<CommitOutcome>> all = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      all.add(
          underTest()
              .commit(keyed(fresh(i, definition), new Idempotency("key", "f", "answer " + i))));
    }
    Map<Boolean, Long> outcomes =
        all.stream()
            .map(StoreUnderTest::done)
            .collect(
                Collectors.partitioningBy(
                    CommitOutcome.Committed.class::isInstance, Collectors.counting()));
    assertThat(outcomes).containsEntry(true, 1L).containsEntry(false, 39L);
    assertThat(StoreUnderTest.done(underTest().list(JobFilter.ALL, Optional.empty(), 100)))
        .hasSize(1);
  }

  private static Transition keyed(Job job, Idempotency record) {
    return new Transition(
        job,
        Version.ABSENT,
        List.of(),
        List.of(Happening.of(Happening.SPAWNED)),
        Optional.empty(),
        Optional.of(record),
        T0);
  }

  @Test
  default void inputsAreKeptAsGiven() {
    Definition definition = define("a", "1");
    JobInputs inputs =
        new JobInputs(
            new JsonText("{\"n\":1}"), Map.of("LANG", "C"), Map.of("team", "red", "x", "y"));
    commitWith(fresh(1, definition), inputs);
    commitWith(fresh(2, definition), JobInputs.NONE);
    commitWith(fresh(3, definition), new JobInputs(JsonText.NULL, Map.of(), Map.of("team", "red")));
    assertThat(StoreUnderTest.done(underTest().inputs(StoreSamples.id(1)))).contains(inputs);
    assertThat(StoreUnderTest.done(underTest().inputs(StoreSamples.id(2))))
        .contains(JobInputs.NONE);
    assertThat(StoreUnderTest.done(underTest().inputs(StoreSamples.id(3))).orElseThrow().metadata())
        .containsEntry("team", "red");
    assertThat(StoreUnderTest.done(underTest().inputs(StoreSamples.id(4)))).isEmpty();
  }

  @Test
  default void manyWritersLoseNothingAndSkipNothing() throws Exception {
    Definition definition = define("a", "1");
    int jobs = 64;
    int commits = 50;
    Set<Long> followed = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 1; i <= jobs; i++) {
        Job job = fresh(i, definition);
        writing.add(threads.submit(() -> commitMany(job, commits)));
      }
      long seen = 0;
      while (followed.size() < jobs * commits) {
        boolean over = writing.stream().allMatch(Future::isDone);
        List<RecordedHappening> page =
            StoreUnderTest.done(underTest().history(Optional.empty(), seen, 500));
        page.forEach(line -> followed.add(line.sequence()));
        seen = page.isEmpty() ? seen : page.getLast().sequence();
        assertThat(over && page.isEmpty() && followed.size() < jobs * commits)
            .as("a reader that follows the history missed a line, seen %d", followed.size())
            .isFalse();
      }
      for (Future<?> one : writing) {
        one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
    for (int i = 1; i <= jobs; i++) {
      StoredJob stored = loaded(StoreSamples.id(i));
      assertThat(stored.version()).isEqualTo(new Version(commits));
      assertThat(StoreUnderTest.done(underTest().history(Optional.of(stored.job().id()), 0, 1000)))
          .hasSize(commits);
    }
  }

  private void commitMany(Job job, int commits) {
    StoredJob at = new StoredJob(job, Version.ABSENT);
    StoreUnderTest.done(underTest().commit(StoreSamples.insert(job)));
    for (int n = 1; n < commits; n++) {
      at = new StoredJob(at.job(), new Version(n));
      Job next =
          n % 2 == 0
              ? StoreSamples.running(job)
              : StoreSamples.asleep(
                  job,
                  n,
                  new Waker(Optional.of(T0.plusSeconds(n)), Optional.empty()),
                  T0.plusSeconds(n));
      assertThat(StoreUnderTest.done(underTest().commit(StoreSamples.update(at, next))))
          .isInstanceOf(CommitOutcome.Committed.class);
    }
  }
}
