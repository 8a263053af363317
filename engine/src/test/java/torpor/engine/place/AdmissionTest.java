package torpor.engine.place;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.engine.fake.Ids.job;
import static torpor.engine.fake.Ids.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.definition.DefinitionId;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.engine.fake.ManualTime;
import torpor.engine.fake.UnaskedStore;
import torpor.engine.store.StoreFailure;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;

class AdmissionTest {
  private static final JobId OTHER = job(900_000);

  private final ManualTime time = new ManualTime();
  private final PendingRows store = new PendingRows();
  private final Places places = new Places(1, Runnable::run);
  private final List<JobId> admitted = new ArrayList<>();
  private final Admission admission =
      new Admission(places, store, new Door(), time, time, Runnable::run);

  /// The rows in phase PENDING.
  private static final class PendingRows extends UnaskedStore {
    private final TreeSet<JobId> rows = new TreeSet<>();
    private final List<Integer> limits = new ArrayList<>();
    private final Queue<CompletableFuture<List<JobId>>> answers = new ArrayDeque<>();

    @Override
    public CompletionStage<List<JobId>> pending(Optional<JobId> after, int limit) {
      limits.add(limit);
      if (!answers.isEmpty()) {
        return answers.remove();
      }
      return CompletableFuture.completedFuture(
          rows.stream()
              .filter(id -> after.map(last -> id.compareTo(last) > 0).orElse(true))
              .limit(limit)
              .toList());
    }
  }

  private final class Door implements Admission.Door {
    @Override
    public void admit(StoredJob row) {
      admit(row.job().id());
    }

    @Override
    public void admit(JobId job) {
      store.rows.remove(job);
      admitted.add(job);
    }
  }

  private static StoredJob row(JobId id) {
    return new StoredJob(
        Job.spawned(id, new DefinitionId(1), ManualTime.START, Optional.empty()),
        Version.ABSENT.next());
  }

  private void spawn(JobId id) {
    store.rows.add(id);
    admission.spawned(row(id));
  }

  private void letSomeThrough(int many) {
    for (int i = 0; i < many; i++) {
      places.release(admitted.isEmpty() ? OTHER : admitted.getLast());
    }
  }

  /// Releases the place of whoever was let in last, until nobody comes any more.
  private void letEverybodyThrough() {
    int through = -1;
    while (admitted.size() > through) {
      through = admitted.size();
      places.release(OTHER);
      List.copyOf(admitted.subList(Math.max(0, through - 1), through)).forEach(places::release);
    }
  }

  @Test
  void aSpawnedJobIsLetInAtOnceWhereThereIsAPlace() {
    spawn(job(1));

    assertThat(admitted).containsExactly(job(1));
    assertThat(store.limits).isEmpty();
  }

  @Test
  void spawnedJobsAreLetInInOrderAsPlacesBecomeFree() {
    jobs(1, 3).forEach(this::spawn);
    assertThat(admitted).containsExactly(job(1));

    places.release(job(1));
    places.release(job(2));

    assertThat(admitted).containsExactly(job(1), job(2), job(3));
  }

  @Test
  void whoGivesUpIsNotLetIn() {
    jobs(1, 3).forEach(this::spawn);

    places.giveUp(job(2));
    places.release(job(1));

    assertThat(admitted).containsExactly(job(1), job(3));
  }

  @Test
  void theRowsOfAnEarlierDaemonGetInLine() {
    store.rows.addAll(jobs(1, 5));

    admission.open();
    letEverybodyThrough();

    assertThat(admitted).isEqualTo(jobs(1, 5));
  }

  @Test
  void theLineIsBoundedAndRefilledFromTheStoreUntilEverybodyIsIn() {
    places.take(OTHER);
    jobs(1, 15_000).forEach(this::spawn);
    assertThat(places.waiting()).isEqualTo(10_000);
    assertThat(store.limits).isEmpty();

    letEverybodyThrough();

    assertThat(Set.copyOf(admitted).equals(Set.copyOf(jobs(1, 15_000)))).isTrue();
    assertThat(store.limits).isNotEmpty().allMatch(limit -> limit <= 10_000);
  }

  @Test
  void whoComesLaterDoesNotOvertakeThoseWhoDidNotFit() {
    places.take(OTHER);
    jobs(1, 12_000).forEach(this::spawn);
    letSomeThrough(5_000);
    spawn(job(12_001));
    letSomeThrough(5_000);
    spawn(job(12_002));
    letEverybodyThrough();
    spawn(job(12_003));
    letEverybodyThrough();

    assertThat(admitted.equals(jobs(1, 12_003))).isTrue();
  }

  @Test
  void whoComesWhileTheRowsOfAnEarlierDaemonAreReadWaitsBehindThem() {
    CompletableFuture<List<JobId>> reading = new CompletableFuture<>();
    store.answers.add(reading);
    store.rows.add(job(1));
    admission.open();
    spawn(job(2));

    reading.complete(List.of(job(1)));
    letEverybodyThrough();

    assertThat(admitted).containsExactly(job(1), job(2));
  }

  @Test
  void rowsOfAnEarlierDaemonAreReadPageByPage() {
    places.take(OTHER);
    store.rows.addAll(jobs(1, 12_000));

    admission.open();
    assertThat(places.waiting()).isEqualTo(10_000);
    letEverybodyThrough();

    assertThat(admitted.equals(jobs(1, 12_000))).isTrue();
  }

  @Test
  void anIdThatBecomesDurableBehindWhatHasBeenReadIsLetInToo() {
    places.take(OTHER);
    store.rows.addAll(jobs(1, 10_000));
    store.rows.remove(job(5_000));
    store.rows.add(job(10_001));
    admission.open();
    assertThat(places.waiting()).isEqualTo(10_000);

    spawn(job(5_000));
    assertThat(places.waiting()).isEqualTo(10_000);
    letEverybodyThrough();

    assertThat(admitted.contains(job(5_000))).isTrue();
  }

  @Test
  void aJobThatBecameDurableUnseenIsFoundWhenTheLineIsOpenedAgain() {
    spawn(job(2));
    store.rows.add(job(1));

    admission.open();
    places.release(job(2));

    assertThat(admitted).containsExactly(job(2), job(1));
  }

  @Test
  void aJobThatBecameDurableUnseenDuringAReadIsFoundThoughThatReadWasTooEarly() {
    CompletableFuture<List<JobId>> early = new CompletableFuture<>();
    store.answers.add(early);
    admission.open();
    store.rows.add(job(1));
    admission.open();

    early.complete(List.of());

    assertThat(admitted).containsExactly(job(1));
  }

  @Test
  void aSpawnThatDidNotFitDuringAReadIsFoundAfterIt() {
    places.take(OTHER);
    CompletableFuture<List<JobId>> early = new CompletableFuture<>();
    store.answers.add(early);
    admission.open();
    jobs(1, 10_001).forEach(this::spawn);
    letEverybodyThrough();
    assertThat(admitted).isEmpty();

    early.complete(List.of());
    letEverybodyThrough();

    assertThat(admitted.equals(jobs(1, 10_001))).isTrue();
  }

  @Test
  void aSpawnThatDidNotFitDuringAReadIsFoundThoughThatReadGotBeyondIt() {
    places.take(OTHER);
    CompletableFuture<List<JobId>> reading = new CompletableFuture<>();
    store.answers.add(reading);
    admission.open();
    jobs(2, 10_001).forEach(this::spawn);
    spawn(job(1));
    store.rows.add(job(20_000));

    reading.complete(List.of(job(20_000)));
    letEverybodyThrough();

    assertThat(admitted.contains(job(1))).isTrue();
  }

  @Test
  void aSpawnDuringAReadThatSeesItTooTakesOnePlace() {
    CompletableFuture<List<JobId>> reading = new CompletableFuture<>();
    store.answers.add(reading);
    places.take(OTHER);
    admission.open();
    spawn(job(1));
    reading.complete(List.of(job(1)));
    assertThat(places.waiting()).isEqualTo(1);

    places.release(OTHER);

    assertThat(admitted).containsOnly(job(1));
    assertThat(places.taken()).isEqualTo(1);
  }

  @Test
  void aFailedReadIsRepeatedAfterASecond() {
    store.rows.add(job(1));
    store.answers.add(
        CompletableFuture.failedFuture(
            new StoreFailure(
                StoreFailure.Kind.UNAVAILABLE, "planted", new IllegalStateException("planted"))));
    admission.open();
    assertThat(admitted).isEmpty();

    time.pass(Duration.ofMillis(999));
    assertThat(admitted).isEmpty();
    time.pass(Duration.ofMillis(1));

    assertThat(admitted).containsExactly(job(1));
  }
}
