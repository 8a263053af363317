package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
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
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Happening;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.core.job.SettledToken;
import torpor.core.machine.Generation;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.store.ApiKey;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.DueJob;
import torpor.engine.store.Idempotency;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore;
import torpor.engine.store.JobStore.JobFilter;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.RecordedHappening;
import torpor.engine.store.SnapshotRecord;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// What the port [JobStore] promises. Every test gets an empty store from [#store].
public abstract class JobStoreContract {
  private static final Instant T0 = StoreSamples.T0;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// The store under test, the same one for the whole of a test, empty at its beginning.
  protected abstract JobStore store();

  /// Lets another owner take the node over, so that what [#store] writes is refused from now on;
  /// `false` where this kind of store has no other owners.
  protected abstract boolean takeOver();

  protected static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the store did not do it", e);
    }
  }

  private Definition define(String name, String version) {
    return ((Reply.Done<Definition>)
            done(store().addDefinition(StoreSamples.definition(name, version), T0)))
        .value();
  }

  private StoredJob put(Job job) {
    assertThat(done(store().commit(StoreSamples.insert(job))))
        .isInstanceOf(CommitOutcome.Committed.class);
    return loaded(job.id());
  }

  private StoredJob move(StoredJob from, Job next, JobChange... changes) {
    assertThat(done(store().commit(StoreSamples.update(from, next, changes))))
        .isInstanceOf(CommitOutcome.Committed.class);
    return loaded(next.id());
  }

  private StoredJob loaded(JobId id) {
    return done(store().load(id)).orElseThrow();
  }

  private Job fresh(int number, Definition definition) {
    return StoreSamples.pending(StoreSamples.id(number), definition.id());
  }

  // Jobs

  @Test
  void anInsertedJobIsFoundAsItWasWithVersionOne() {
    Job job = fresh(1, define("a", "1"));
    StoredJob stored = put(job);
    assertThat(stored.job()).isEqualTo(job);
    assertThat(stored.version()).isEqualTo(new Version(1));
    assertThat(done(store().load(StoreSamples.id(2)))).isEmpty();
  }

  @Test
  void everyStateComesBackAsItWas() {
    Definition definition = define("a", "1");
    List<Job> jobs = StoreSamples.everyState(1, definition.id());
    jobs.forEach(job -> assertThat(put(job).job()).isEqualTo(job));
    List<JobId> ids = jobs.stream().map(Job::id).toList();
    assertThat(done(store().loadAll(ids)).stream().map(StoredJob::job))
        .containsExactlyInAnyOrderElementsOf(jobs);
  }

  @Test
  void momentsAreCutOffToTheMicrosecond() {
    Definition definition = define("a", "1");
    Instant fine = Instant.parse("2026-11-20T08:00:00.123456789Z");
    Job job = Job.spawned(StoreSamples.id(1), definition.id(), fine, Optional.empty());
    assertThat(put(job).job().spawnedAt()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123456Z"));
  }

  @Test
  void loadAllLeavesOutWhatDoesNotExist() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(3, definition));
    List<JobId> ids = java.util.stream.IntStream.range(0, 1200).mapToObj(StoreSamples::id).toList();
    assertThat(done(store().loadAll(ids)).stream().map(stored -> stored.job().id()))
        .containsExactlyInAnyOrder(StoreSamples.id(1), StoreSamples.id(3));
    assertThat(done(store().existing(Set.copyOf(ids))))
        .containsExactlyInAnyOrder(StoreSamples.id(1), StoreSamples.id(3));
    assertThat(done(store().loadAll(List.of()))).isEmpty();
  }

  @Test
  void everyCommitRaisesTheVersionByOne() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    for (int expected = 2; expected <= 5; expected++) {
      CommitOutcome outcome =
          done(store().commit(StoreSamples.update(stored, StoreSamples.running(stored.job()))));
      assertThat(((CommitOutcome.Committed) outcome).version()).isEqualTo(new Version(expected));
      stored = loaded(stored.job().id());
      assertThat(stored.version()).isEqualTo(new Version(expected));
    }
  }

  @Test
  void aTransitionFromAnOldVersionIsStaleAndWritesNothing() {
    StoredJob first = put(fresh(1, define("a", "1")));
    move(first, StoreSamples.running(first.job()));
    StoredJob before = loaded(first.job().id());
    long last = done(store().lastSequence());
    Transition late =
        new Transition(
            StoreSamples.in(first.job(), new JobState.Cancelled("late", T0)),
            first.version(),
            List.of(new JobChange.SignalAdded(StoreSamples.signal(1, false))),
            List.of(Happening.of("job.test")),
            Optional.empty(),
            Optional.of(new Idempotency("key", "f", "a")),
            T0);
    assertThat(done(store().commit(late))).isEqualTo(new CommitOutcome.Stale());
    assertThat(loaded(first.job().id())).isEqualTo(before);
    assertThat(done(store().history(Optional.empty(), last, 10))).isEmpty();
    assertThat(done(store().idempotency("key"))).isEmpty();
  }

  @Test
  void insertingAnIdTwiceIsStale() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    assertThat(done(store().commit(StoreSamples.insert(fresh(1, definition)))))
        .isEqualTo(new CommitOutcome.Stale());
  }

  @Test
  void updatingWhatIsNotThereIsStale() {
    Job job = fresh(1, define("a", "1"));
    assertThat(done(store().commit(StoreSamples.update(new StoredJob(job, new Version(3)), job))))
        .isEqualTo(new CommitOutcome.Stale());
  }

  @Test
  void afterATakeOverEveryCommitIsFenced() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    assumeThat(takeOver()).as("this store has other owners").isTrue();
    assertThat(done(store().commit(StoreSamples.update(stored, stored.job()))))
        .isInstanceOf(CommitOutcome.Fenced.class);
    assertThat(done(store().commit(StoreSamples.insert(fresh(2, define2(stored))))))
        .isInstanceOf(CommitOutcome.Fenced.class);
    assertThat(loaded(stored.job().id())).isEqualTo(stored);
    assertThat(done(store().load(StoreSamples.id(2)))).isEmpty();
  }

  private Definition define2(StoredJob like) {
    return done(store().definition(like.job().definition())).orElseThrow();
  }

  @Test
  void aKeyUsedBeforeIsRepeatedAndWritesNothing() {
    Definition definition = define("a", "1");
    Idempotency record = new Idempotency("POST /jobs key", "print", "{\"id\":1}");
    Transition first = keyed(fresh(1, definition), record);
    assertThat(done(store().commit(first))).isInstanceOf(CommitOutcome.Committed.class);
    assertThat(done(store().idempotency(record.key()))).contains(record);
    Transition second =
        keyed(fresh(2, definition), new Idempotency(record.key(), "other", "other"));
    assertThat(done(store().commit(second))).isEqualTo(new CommitOutcome.Repeated(record));
    assertThat(done(store().load(StoreSamples.id(2)))).isEmpty();
  }

  @Test
  void ofManyCommitsAtOnceWithOneKeyExactlyOneTakesEffect() {
    Definition definition = define("a", "1");
    List<CompletionStage<CommitOutcome>> all = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      all.add(
          store().commit(keyed(fresh(i, definition), new Idempotency("key", "f", "answer " + i))));
    }
    Map<Boolean, Long> outcomes =
        all.stream()
            .map(JobStoreContract::done)
            .collect(
                java.util.stream.Collectors.partitioningBy(
                    CommitOutcome.Committed.class::isInstance,
                    java.util.stream.Collectors.counting()));
    assertThat(outcomes).containsEntry(true, 1L).containsEntry(false, 39L);
    assertThat(done(store().list(JobFilter.ALL, Optional.empty(), 100))).hasSize(1);
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
  void inputsAreKeptAsGiven() {
    Definition definition = define("a", "1");
    JobInputs inputs =
        new JobInputs(
            new JsonText("{\"n\":1}"), Map.of("LANG", "C"), Map.of("team", "red", "x", "y"));
    commitWith(fresh(1, definition), inputs);
    commitWith(fresh(2, definition), JobInputs.NONE);
    commitWith(fresh(3, definition), new JobInputs(JsonText.NULL, Map.of(), Map.of("team", "red")));
    assertThat(done(store().inputs(StoreSamples.id(1)))).contains(inputs);
    assertThat(done(store().inputs(StoreSamples.id(2)))).contains(JobInputs.NONE);
    assertThat(done(store().inputs(StoreSamples.id(3))).orElseThrow().metadata())
        .containsEntry("team", "red");
    assertThat(done(store().inputs(StoreSamples.id(4)))).isEmpty();
  }

  private void commitWith(Job job, JobInputs inputs) {
    Transition transition =
        new Transition(
            job, Version.ABSENT, List.of(), List.of(), Optional.of(inputs), Optional.empty(), T0);
    assertThat(done(store().commit(transition))).isInstanceOf(CommitOutcome.Committed.class);
  }

  // Changes

  @Test
  void signalsAreTheInboxInOrder() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    Signal one = StoreSamples.signal(1, false);
    Signal two = StoreSamples.signal(2, false);
    Signal three = StoreSamples.signal(3, true);
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, one, two, three),
            new JobChange.SignalAdded(one),
            new JobChange.SignalAdded(two),
            new JobChange.SignalAdded(three));
    assertThat(stored.job().inbox()).containsExactly(one, two, three);
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, one, two.withTaken(true), three.withTaken(true)),
            new JobChange.SignalsMarked(List.of(2, 3), true));
    assertThat(stored.job().inbox())
        .containsExactly(one, two.withTaken(true), three.withTaken(true));
    stored =
        move(
            stored,
            withInbox(stored.job(), 3, three.withTaken(false)),
            new JobChange.SignalsRemoved(List.of(1, 2)),
            new JobChange.SignalsMarked(List.of(3), false));
    assertThat(stored.job().inbox()).containsExactly(three.withTaken(false));
    assertThat(done(store().loadAll(List.of(stored.job().id())))).containsExactly(stored);
    stored = move(stored, withInbox(stored.job(), 3), new JobChange.SignalsRemoved(List.of(3)));
    assertThat(stored.job().inbox()).isEmpty();
    assertThat(stored.job().lastSignal()).isEqualTo(3);
  }

  private static Job withInbox(Job job, int last, Signal... inbox) {
    return new Job(
        job.id(),
        job.definition(),
        job.spawnedAt(),
        job.deadline(),
        job.tally(),
        job.newest(),
        job.lastSnapshot(),
        job.locks(),
        last,
        List.of(inbox),
        job.progress(),
        job.state());
  }

  @Test
  void aSettledTokenIsKnownAndWrittenAnewWithItsWake() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    JobId id = stored.job().id();
    Token token = new Token("step-1");
    assertThat(done(store().token(id, token))).isEmpty();
    SettledToken settled = new SettledToken(token, new SnapshotNumber(1), Optional.empty());
    stored = move(stored, stored.job(), new JobChange.TokenSettled(settled));
    assertThat(done(store().token(id, token))).contains(settled);
    for (Wake wake :
        List.of(
            new Wake.Timer(),
            new Wake.Manual(),
            new Wake.BySignal(StoreSamples.signal(4, false)))) {
      SettledToken woken = new SettledToken(token, new SnapshotNumber(1), Optional.of(wake));
      stored = move(stored, stored.job(), new JobChange.TokenSettled(woken));
      assertThat(done(store().token(id, token))).contains(woken);
    }
    assertThat(done(store().token(StoreSamples.id(2), token))).isEmpty();
  }

  @Test
  void snapshotsAreListedWithTheWakeOfTheirToken() {
    StoredJob stored = put(fresh(1, define("a", "1")));
    stored = record(stored, 1, Optional.of("first"), Optional.empty());
    stored = record(stored, 2, Optional.empty(), Optional.of(1));
    stored =
        move(
            stored,
            stored.job(),
            new JobChange.TokenSettled(
                new SettledToken(
                    new Token("step-2"), new SnapshotNumber(2), Optional.of(new Wake.Timer()))));
    List<SnapshotRecord> found = done(store().snapshots(stored.job().id()));
    assertThat(found).hasSize(2);
    assertThat(found.getFirst().label()).contains("first");
    assertThat(found.getFirst().facts()).isEqualTo(new SnapshotFacts(1001, Optional.empty()));
    assertThat(found.getLast().facts().parent()).contains(new SnapshotNumber(1));
    assertThat(found.getLast().generation()).isEqualTo(new Generation(2));
    assertThat(found.getLast().ref().wake()).contains(new Wake.Timer());
    assertThat(found.getLast().ref().takenAt()).isEqualTo(T0.plusSeconds(2));
  }

  private StoredJob record(
      StoredJob stored, int number, Optional<String> label, Optional<Integer> parent) {
    Token token = new Token("step-" + number);
    return move(
        stored,
        stored.job(),
        new JobChange.SnapshotRecorded(
            new SnapshotNumber(number),
            new Generation(number),
            token,
            label,
            new SnapshotFacts(1000L + number, parent.map(SnapshotNumber::new)),
            T0.plusSeconds(number)),
        new JobChange.TokenSettled(
            new SettledToken(token, new SnapshotNumber(number), Optional.empty())));
  }

  private StoredJob withSnapshots(int number, int count) {
    StoredJob stored = put(fresh(number, define("a", "1")));
    for (int i = 1; i <= count; i++) {
      stored = record(stored, i, Optional.empty(), Optional.empty());
    }
    return stored;
  }

  private List<Integer> numbers(StoredJob stored) {
    return done(store().snapshots(stored.job().id())).stream()
        .map(record -> record.ref().number().number())
        .toList();
  }

  private List<Integer> tokens(StoredJob stored) {
    return java.util.stream.IntStream.rangeClosed(1, 5)
        .filter(n -> done(store().token(stored.job().id(), new Token("step-" + n))).isPresent())
        .boxed()
        .toList();
  }

  @Test
  void forgottenSnapshotsGoAndTheirTokensStay() {
    StoredJob stored = withSnapshots(1, 5);
    stored = move(stored, stored.job(), new JobChange.SnapshotsForgotten(new SnapshotNumber(4)));
    assertThat(numbers(stored)).containsExactly(4, 5);
    assertThat(tokens(stored)).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void aRollBackTakesLaterSnapshotsAndTheirTokens() {
    StoredJob stored = withSnapshots(1, 5);
    stored = move(stored, stored.job(), new JobChange.RolledBack(new SnapshotNumber(3)));
    assertThat(numbers(stored)).containsExactly(1, 2, 3);
    assertThat(tokens(stored)).containsExactly(1, 2, 3);
  }

  @Test
  void startingOverTakesEverySnapshotAndToken() {
    StoredJob stored = withSnapshots(1, 3);
    stored = move(stored, stored.job(), new JobChange.StartedOver());
    assertThat(numbers(stored)).isEmpty();
    assertThat(tokens(stored)).isEmpty();
  }

  @Test
  void changesAreAppliedInTheirOrder() {
    StoredJob stored = withSnapshots(1, 2);
    stored =
        move(
            stored,
            stored.job(),
            new JobChange.StartedOver(),
            new JobChange.TokenSettled(
                new SettledToken(new Token("step-5"), new SnapshotNumber(3), Optional.empty())));
    assertThat(tokens(stored)).containsExactly(5);
  }

  @Test
  void aRemovedJobLeavesNothingButItsHistory() {
    Definition definition = define("a", "1");
    JobId id = StoreSamples.id(1);
    commitWith(fresh(1, definition), new JobInputs(new JsonText("1"), Map.of(), Map.of("a", "b")));
    StoredJob stored = record(loaded(id), 1, Optional.empty(), Optional.empty());
    Signal signal = StoreSamples.signal(1, false);
    stored = move(stored, withInbox(stored.job(), 1, signal), new JobChange.SignalAdded(signal));
    Transition removal =
        new Transition(
            stored.job(),
            stored.version(),
            List.of(new JobChange.Removed()),
            List.of(Happening.of(Happening.REMOVED)),
            Optional.empty(),
            Optional.empty(),
            T0);
    assertThat(done(store().commit(removal))).isInstanceOf(CommitOutcome.Committed.class);
    assertThat(done(store().load(id))).isEmpty();
    assertThat(done(store().inputs(id))).isEmpty();
    assertThat(done(store().snapshots(id))).isEmpty();
    assertThat(done(store().token(id, new Token("step-1")))).isEmpty();
    assertThat(done(store().history(Optional.of(id), 0, 100)))
        .extracting(line -> line.happening().kind())
        .endsWith(Happening.REMOVED);
    assertThat(put(fresh(1, definition)).job().inbox()).isEmpty();
  }

  // Looking for jobs

  @Test
  void dueJobsComeEarliestFirstWithinTheBounds() {
    Definition definition = define("a", "1");
    for (int i = 1; i <= 9; i++) {
      put(StoreSamples.asleepUntil(fresh(i, definition), T0.plusSeconds(100 - 10 * i)));
    }
    put(fresh(20, definition));
    assertThat(done(store().due(T0.plusSeconds(10), T0.plusSeconds(50), 10)))
        .containsExactly(due(8, 20), due(7, 30), due(6, 40), due(5, 50));
    assertThat(done(store().due(Instant.EPOCH, T0.plusSeconds(1000), 2)))
        .containsExactly(due(9, 10), due(8, 20));
    assertThat(done(store().due(Instant.MIN, Instant.MAX, 100))).hasSize(9);
  }

  private static DueJob due(int number, int seconds) {
    return new DueJob(T0.plusSeconds(seconds), StoreSamples.id(number));
  }

  @Test
  void aJobThatMovesOnIsDueNoMore() {
    StoredJob stored = put(StoreSamples.asleepUntil(fresh(1, define("a", "1")), T0.plusSeconds(5)));
    move(stored, StoreSamples.running(stored.job()));
    assertThat(done(store().due(Instant.EPOCH, T0.plusSeconds(100), 10))).isEmpty();
  }

  @Test
  void liveJobsAreThoseWithAMachineByIdPageByPage() {
    Definition definition = define("a", "1");
    List<Job> all = StoreSamples.everyState(1, definition.id());
    all.forEach(this::put);
    List<Job> expected =
        all.stream().filter(j -> j.state().phase().kind() == JobPhase.Kind.LIVE).toList();
    List<Job> found = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    List<StoredJob> page = done(store().live(after, 7));
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(7);
      page.forEach(stored -> found.add(stored.job()));
      page = done(store().live(Optional.of(found.getLast().id()), 7));
    }
    assertThat(found).containsExactlyElementsOf(expected);
  }

  @Test
  void pendingJobsComeById() {
    Definition definition = define("a", "1");
    for (int i : new int[] {5, 3, 1, 4, 2}) {
      put(fresh(i, definition));
    }
    move(loaded(StoreSamples.id(3)), StoreSamples.running(fresh(3, definition)));
    assertThat(done(store().pending(Optional.empty(), 3))).containsExactly(ids(1, 2, 4));
    assertThat(done(store().pending(Optional.of(StoreSamples.id(2)), 3)))
        .containsExactly(ids(4, 5));
  }

  private static JobId[] ids(int... numbers) {
    return java.util.Arrays.stream(numbers).mapToObj(StoreSamples::id).toArray(JobId[]::new);
  }

  @Test
  void listsAreNewestFirstWithACursor() {
    Definition definition = define("a", "7");
    for (int i = 1; i <= 10; i++) {
      put(fresh(i, definition));
    }
    List<JobListing> first = done(store().list(JobFilter.ALL, Optional.empty(), 4));
    assertThat(first).extracting(l -> l.job().id()).containsExactly(ids(10, 9, 8, 7));
    assertThat(first.getFirst().definitionName()).isEqualTo("a");
    assertThat(first.getFirst().definitionVersion()).isEqualTo("7");
    assertThat(first.getFirst().updatedAt()).isEqualTo(T0);
    assertThat(done(store().list(JobFilter.ALL, Optional.of(StoreSamples.id(3)), 4)))
        .extracting(l -> l.job().id())
        .containsExactly(ids(2, 1));
  }

  @Test
  void listsAreFilteredByPhaseAndDefinition() {
    Definition one = define("one", "1");
    Definition two = define("one", "2");
    Definition other = define("other", "1");
    put(fresh(1, one));
    put(StoreSamples.running(fresh(2, two)));
    put(StoreSamples.asleepUntil(fresh(3, other), T0));
    put(StoreSamples.in(fresh(4, two), new JobState.Starting(T0)));
    put(StoreSamples.in(fresh(5, other), new JobState.Cancelled("x", T0)));
    assertThat(listed(Set.of(JobPhase.RUNNING), Optional.empty())).containsExactly(ids(2));
    assertThat(
            listed(
                Set.of(JobPhase.STARTING, JobPhase.CANCELLED, JobPhase.SUSPENDED),
                Optional.empty()))
        .containsExactly(ids(5, 4, 3));
    assertThat(listed(Set.of(), Optional.of("one"))).containsExactly(ids(4, 2, 1));
    assertThat(listed(Set.of(JobPhase.PENDING, JobPhase.RUNNING), Optional.of("one")))
        .containsExactly(ids(2, 1));
    assertThat(listed(Set.of(JobPhase.PENDING), Optional.of("other"))).isEmpty();
    assertThat(listed(Set.of(), Optional.of("nobody"))).isEmpty();
    assertThat(
            done(
                store()
                    .list(
                        new JobFilter(Set.of(), Optional.of(new DefinitionName("one"))),
                        Optional.of(StoreSamples.id(4)),
                        1)))
        .extracting(l -> l.job().id())
        .containsExactly(ids(2));
  }

  private List<JobId> listed(Set<JobPhase> phases, Optional<String> definition) {
    return done(
            store()
                .list(
                    new JobFilter(phases, definition.map(DefinitionName::new)),
                    Optional.empty(),
                    100))
        .stream()
        .map(listing -> listing.job().id())
        .toList();
  }

  @Test
  void listsShowMetadata() {
    Definition definition = define("a", "1");
    commitWith(fresh(1, definition), new JobInputs(JsonText.NULL, Map.of(), Map.of("team", "red")));
    commitWith(fresh(2, definition), JobInputs.NONE);
    List<JobListing> all = done(store().list(JobFilter.ALL, Optional.empty(), 10));
    assertThat(all.getFirst().metadata()).isEmpty();
    assertThat(all.getLast().metadata()).containsExactly(Map.entry("team", "red"));
  }

  @Test
  void idsAreFoundByTheirFirstCharacters() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(33, definition));
    put(fresh(34, definition));
    String common = StoreSamples.id(33).ulid().substring(0, 25);
    assertThat(done(store().byPrefix(common, 10))).containsExactly(ids(33, 34));
    assertThat(done(store().byPrefix(common.toUpperCase(java.util.Locale.ROOT), 10)))
        .containsExactly(ids(33, 34));
    assertThat(done(store().byPrefix(StoreSamples.id(1).ulid(), 10))).containsExactly(ids(1));
    assertThat(done(store().byPrefix("01", 2))).containsExactly(ids(1, 33));
    assertThat(done(store().byPrefix("", 10))).hasSize(3);
    assertThat(done(store().byPrefix("7z", 10))).isEmpty();
    assertThat(done(store().byPrefix("8", 10))).isEmpty();
    assertThat(done(store().byPrefix("u!", 10))).isEmpty();
  }

  @Test
  void countsAreByPhase() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(2, definition));
    put(StoreSamples.running(fresh(3, definition)));
    put(StoreSamples.asleepUntil(fresh(4, definition), T0));
    assertThat(done(store().counts()).byPhase())
        .containsEntry(JobPhase.PENDING, 2L)
        .containsEntry(JobPhase.RUNNING, 1L)
        .containsEntry(JobPhase.SUSPENDED, 1L);
  }

  // History

  @Test
  void historyIsInOrderAndSeenAtOnce() {
    assertThat(done(store().lastSequence())).isZero();
    Definition definition = define("a", "1");
    StoredJob one = put(fresh(1, definition));
    put(fresh(2, definition));
    CommitOutcome.Committed moved =
        (CommitOutcome.Committed)
            done(store().commit(StoreSamples.update(one, StoreSamples.running(one.job()))));
    List<RecordedHappening> all = done(store().history(Optional.empty(), 0, 100));
    assertThat(all).hasSize(3).extracting(RecordedHappening::sequence).isSorted();
    assertThat(all.getLast()).isEqualTo(moved.history().getFirst());
    assertThat(all.getLast().sequence()).isEqualTo(done(store().lastSequence()));
    assertThat(done(store().history(Optional.of(one.job().id()), 0, 100)))
        .extracting(RecordedHappening::job)
        .containsExactly(one.job().id(), one.job().id());
    assertThat(done(store().history(Optional.empty(), all.getFirst().sequence(), 1)))
        .containsExactly(all.get(1));
    assertThat(done(store().history(Optional.of(one.job().id()), all.getFirst().sequence(), 10)))
        .containsExactly(all.getLast());
  }

  @Test
  void aHappeningKeepsItsAttributesInOrder() {
    Job job = fresh(1, define("a", "1"));
    Happening happening = Happening.of("job.test", "z", "1", "a", "\"2\"", "m", "");
    Transition transition =
        new Transition(
            job,
            Version.ABSENT,
            List.of(),
            List.of(happening, Happening.of("job.bare")),
            Optional.empty(),
            Optional.empty(),
            T0);
    done(store().commit(transition));
    List<RecordedHappening> lines = done(store().history(Optional.of(job.id()), 0, 10));
    assertThat(lines.getFirst().happening()).isEqualTo(happening);
    assertThat(lines.getFirst().happening().attributes().keySet()).containsExactly("z", "a", "m");
    assertThat(lines.getLast().happening().attributes()).isEmpty();
    assertThat(lines.getFirst().at()).isEqualTo(T0);
  }

  @Test
  void pruningTakesTheOldestFirstAndNoMoreThanAsked() {
    Definition definition = define("a", "1");
    for (int i = 1; i <= 6; i++) {
      Transition transition =
          new Transition(
              fresh(i, definition),
              Version.ABSENT,
              List.of(),
              List.of(Happening.of(Happening.SPAWNED)),
              Optional.empty(),
              Optional.of(new Idempotency("key " + i, "f", "a")),
              T0.plusSeconds(i));
      done(store().commit(transition));
    }
    long last = done(store().lastSequence());
    assertThat(done(store().prune(T0, 100))).isZero();
    int gone = 0;
    int pruned = done(store().prune(T0.plusSeconds(4), 2));
    while (pruned > 0) {
      assertThat(pruned).isLessThanOrEqualTo(2);
      gone += pruned;
      pruned = done(store().prune(T0.plusSeconds(4), 2));
    }
    assertThat(gone).isEqualTo(6);
    assertThat(done(store().history(Optional.empty(), 0, 100))).hasSize(3);
    assertThat(done(store().idempotency("key 3"))).isEmpty();
    assertThat(done(store().idempotency("key 4"))).isPresent();
    done(store().prune(T0.plusSeconds(100), 100));
    assertThat(done(store().lastSequence())).isEqualTo(last);
  }

  // Definitions and keys

  @Test
  void aDefinitionIsFoundByIdNameAndVersion() {
    NewDefinition wanted = StoreSamples.definition("team/a", "1");
    Definition added = define("team/a", "1");
    assertThat(added.config()).isEqualTo(wanted.config());
    assertThat(added.timeout()).isEqualTo(wanted.timeout());
    assertThat(added.addedAt()).isEqualTo(T0);
    assertThat(done(store().definition(added.id()))).contains(added);
    assertThat(done(store().definition(added.name(), "1"))).contains(added);
    assertThat(done(store().definition(added.name(), "2"))).isEmpty();
    assertThat(done(store().definition(new DefinitionId(99)))).isEmpty();
  }

  @Test
  void latestIsTheVersionAddedLast() {
    define("a", "2");
    Definition last = define("a", "1");
    define("b", "3");
    assertThat(done(store().definition(last.name(), "latest"))).contains(last);
    assertThat(done(store().definition(new DefinitionName("c"), "latest"))).isEmpty();
  }

  @Test
  void theSameDefinitionAgainIsAnsweredAndAnotherRefused() {
    Definition first = define("a", "1");
    assertThat(define("a", "1")).isEqualTo(first);
    NewDefinition other =
        new NewDefinition(
            first.name(),
            "1",
            first.runtime(),
            new JsonText("{}"),
            first.retry(),
            first.timeout(),
            first.keepSnapshots(),
            first.metadata());
    assertThat(refusal(done(store().addDefinition(other, T0))))
        .isEqualTo(RefusalCode.DEFINITION_EXISTS);
  }

  private static RefusalCode refusal(Reply<?> reply) {
    return ((Reply.Refused<?>) reply).refusal().code();
  }

  @Test
  void definitionsAreListedByNameThenOldestFirst() {
    Definition b1 = define("b", "1");
    Definition a2 = define("a", "2");
    Definition a1 = define("a", "1");
    assertThat(done(store().definitions(Optional.empty(), Optional.empty(), 10)))
        .containsExactly(a2, a1, b1);
    assertThat(done(store().definitions(Optional.empty(), Optional.of(a2.id()), 1)))
        .containsExactly(a1);
    assertThat(done(store().definitions(Optional.of(a1.name()), Optional.empty(), 10)))
        .containsExactly(a2, a1);
    assertThat(done(store().definitions(Optional.of(a1.name()), Optional.of(a2.id()), 10)))
        .containsExactly(a1);
  }

  @Test
  void aDefinitionWithJobsStaysAndWithoutGoesForGood() {
    Definition definition = define("a", "1");
    StoredJob stored = put(fresh(1, definition));
    assertThat(refusal(done(store().removeDefinition(definition.name(), "1"))))
        .isEqualTo(RefusalCode.DEFINITION_IN_USE);
    move(stored, stored.job(), new JobChange.Removed(), Optional.empty());
    assertThat(done(store().removeDefinition(definition.name(), "1")))
        .isEqualTo(Reply.done(definition));
    assertThat(refusal(done(store().removeDefinition(definition.name(), "1"))))
        .isEqualTo(RefusalCode.DEFINITION_NOT_FOUND);
    assertThat(define("a", "1").id()).as("numbers are never reused").isNotEqualTo(definition.id());
  }

  private void move(
      StoredJob from, Job next, JobChange.Removed removal, Optional<Idempotency> none) {
    Transition transition =
        new Transition(
            next, from.version(), List.of(removal), List.of(), Optional.empty(), none, T0);
    assertThat(done(store().commit(transition))).isInstanceOf(CommitOutcome.Committed.class);
  }

  @Test
  void apiKeysAreAddedListedAndRemoved() {
    ApiKey one = new ApiKey("k1", "laptop", "hash1", T0);
    ApiKey two = new ApiKey("k2", "ci", "hash2", T0.plusSeconds(1));
    done(store().addApiKey(one));
    done(store().addApiKey(two));
    assertThat(done(store().apiKeys())).containsExactly(one, two);
    assertThat(done(store().removeApiKey("k1"))).isTrue();
    assertThat(done(store().removeApiKey("k1"))).isFalse();
    assertThat(done(store().apiKeys())).containsExactly(two);
  }

  // Many at once

  @Test
  void manyWritersLoseNothingAndSkipNothing() throws Exception {
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
        List<RecordedHappening> page = done(store().history(Optional.empty(), seen, 500));
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
      assertThat(done(store().history(Optional.of(stored.job().id()), 0, 1000))).hasSize(commits);
    }
  }

  private void commitMany(Job job, int commits) {
    StoredJob at = new StoredJob(job, Version.ABSENT);
    done(store().commit(StoreSamples.insert(job)));
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
      assertThat(done(store().commit(StoreSamples.update(at, next))))
          .isInstanceOf(CommitOutcome.Committed.class);
    }
  }
}
