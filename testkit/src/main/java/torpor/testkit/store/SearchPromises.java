package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Job;
import torpor.core.job.JobId;
import torpor.core.job.JobPhase;
import torpor.core.job.JobState;
import torpor.engine.store.DueJob;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobListing;
import torpor.engine.store.JobStore.JobFilter;
import torpor.engine.store.StoredJob;

/// Jobs found by what is known of them.
interface SearchPromises extends StoreUnderTest {

  @Test
  default void dueJobsComeEarliestFirstWithinTheBounds() {
    Definition definition = define("a", "1");
    for (int i = 1; i <= 9; i++) {
      put(StoreSamples.asleepUntil(fresh(i, definition), T0.plusSeconds(100 - 10 * i)));
    }
    put(fresh(20, definition));
    assertThat(StoreUnderTest.done(underTest().due(T0.plusSeconds(10), T0.plusSeconds(50), 10)))
        .containsExactly(due(8, 20), due(7, 30), due(6, 40), due(5, 50));
    assertThat(StoreUnderTest.done(underTest().due(Instant.EPOCH, T0.plusSeconds(1000), 2)))
        .containsExactly(due(9, 10), due(8, 20));
    assertThat(StoreUnderTest.done(underTest().due(Instant.MIN, Instant.MAX, 100))).hasSize(9);
  }

  private static DueJob due(int number, int seconds) {
    return new DueJob(T0.plusSeconds(seconds), StoreSamples.id(number));
  }

  @Test
  default void aJobThatMovesOnIsDueNoMore() {
    StoredJob stored = put(StoreSamples.asleepUntil(fresh(1, define("a", "1")), T0.plusSeconds(5)));
    move(stored, StoreSamples.running(stored.job()));
    assertThat(StoreUnderTest.done(underTest().due(Instant.EPOCH, T0.plusSeconds(100), 10)))
        .isEmpty();
  }

  @Test
  default void liveJobsAreThoseWithAMachineByIdPageByPage() {
    Definition definition = define("a", "1");
    List<Job> all = StoreSamples.everyState(1, definition.id());
    all.forEach(this::put);
    List<Job> expected =
        all.stream().filter(j -> j.state().phase().kind() == JobPhase.Kind.LIVE).toList();
    List<Job> found = new ArrayList<>();
    Optional<JobId> after = Optional.empty();
    List<StoredJob> page = StoreUnderTest.done(underTest().live(after, 7));
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(7);
      page.forEach(stored -> found.add(stored.job()));
      page = StoreUnderTest.done(underTest().live(Optional.of(found.getLast().id()), 7));
    }
    assertThat(found).containsExactlyElementsOf(expected);
  }

  @Test
  default void pendingJobsComeById() {
    Definition definition = define("a", "1");
    for (int i : new int[] {5, 3, 1, 4, 2}) {
      put(fresh(i, definition));
    }
    move(loaded(StoreSamples.id(3)), StoreSamples.running(fresh(3, definition)));
    assertThat(StoreUnderTest.done(underTest().pending(Optional.empty(), 3)))
        .containsExactly(StoreUnderTest.ids(1, 2, 4));
    assertThat(StoreUnderTest.done(underTest().pending(Optional.of(StoreSamples.id(2)), 3)))
        .containsExactly(StoreUnderTest.ids(4, 5));
  }

  @Test
  default void listsAreNewestFirstWithACursor() {
    Definition definition = define("a", "7");
    for (int i = 1; i <= 10; i++) {
      put(fresh(i, definition));
    }
    List<JobListing> first =
        StoreUnderTest.done(underTest().list(JobFilter.ALL, Optional.empty(), 4));
    assertThat(first)
        .extracting(l -> l.job().id())
        .containsExactly(StoreUnderTest.ids(10, 9, 8, 7));
    assertThat(first.getFirst().definitionName()).isEqualTo("a");
    assertThat(first.getFirst().definitionVersion()).isEqualTo("7");
    assertThat(first.getFirst().updatedAt()).isEqualTo(T0);
    assertThat(
            StoreUnderTest.done(
                underTest().list(JobFilter.ALL, Optional.of(StoreSamples.id(3)), 4)))
        .extracting(l -> l.job().id())
        .containsExactly(StoreUnderTest.ids(2, 1));
  }

  @Test
  default void listsAreFilteredByPhaseAndDefinition() {
    Definition one = define("one", "1");
    Definition two = define("one", "2");
    Definition other = define("other", "1");
    put(fresh(1, one));
    put(StoreSamples.running(fresh(2, two)));
    put(StoreSamples.asleepUntil(fresh(3, other), T0));
    put(StoreSamples.in(fresh(4, two), new JobState.Starting(T0)));
    put(StoreSamples.in(fresh(5, other), new JobState.Cancelled("x", T0)));
    assertThat(listed(Set.of(JobPhase.RUNNING), Optional.empty()))
        .containsExactly(StoreUnderTest.ids(2));
    assertThat(
            listed(
                Set.of(JobPhase.STARTING, JobPhase.CANCELLED, JobPhase.SUSPENDED),
                Optional.empty()))
        .containsExactly(StoreUnderTest.ids(5, 4, 3));
    assertThat(listed(Set.of(), Optional.of("one"))).containsExactly(StoreUnderTest.ids(4, 2, 1));
    assertThat(listed(Set.of(JobPhase.PENDING, JobPhase.RUNNING), Optional.of("one")))
        .containsExactly(StoreUnderTest.ids(2, 1));
    assertThat(listed(Set.of(JobPhase.PENDING), Optional.of("other"))).isEmpty();
    assertThat(listed(Set.of(), Optional.of("nobody"))).isEmpty();
    assertThat(
            StoreUnderTest.done(
                underTest()
                    .list(
                        new JobFilter(Set.of(), Optional.of(new DefinitionName("one"))),
                        Optional.of(StoreSamples.id(4)),
                        1)))
        .extracting(l -> l.job().id())
        .containsExactly(StoreUnderTest.ids(2));
  }

  private List<JobId> listed(Set<JobPhase> phases, Optional<String> definition) {
    return StoreUnderTest.done(
            underTest()
                .list(
                    new JobFilter(phases, definition.map(DefinitionName::new)),
                    Optional.empty(),
                    100))
        .stream()
        .map(listing -> listing.job().id())
        .toList();
  }

  @Test
  default void listsShowMetadata() {
    Definition definition = define("a", "1");
    commitWith(fresh(1, definition), new JobInputs(JsonText.NULL, Map.of(), Map.of("team", "red")));
    commitWith(fresh(2, definition), JobInputs.NONE);
    List<JobListing> all =
        StoreUnderTest.done(underTest().list(JobFilter.ALL, Optional.empty(), 10));
    assertThat(all.getFirst().metadata()).isEmpty();
    assertThat(all.getLast().metadata()).containsExactly(Map.entry("team", "red"));
  }

  @Test
  default void idsAreFoundByTheirFirstCharacters() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(33, definition));
    put(fresh(34, definition));
    String common = StoreSamples.id(33).ulid().substring(0, 25);
    assertThat(StoreUnderTest.done(underTest().byPrefix(common, 10)))
        .containsExactly(StoreUnderTest.ids(33, 34));
    assertThat(StoreUnderTest.done(underTest().byPrefix(common.toUpperCase(Locale.ROOT), 10)))
        .containsExactly(StoreUnderTest.ids(33, 34));
    assertThat(StoreUnderTest.done(underTest().byPrefix(StoreSamples.id(1).ulid(), 10)))
        .containsExactly(StoreUnderTest.ids(1));
    assertThat(StoreUnderTest.done(underTest().byPrefix("01", 2)))
        .containsExactly(StoreUnderTest.ids(1, 33));
    assertThat(StoreUnderTest.done(underTest().byPrefix("", 10))).hasSize(3);
    assertThat(StoreUnderTest.done(underTest().byPrefix("7z", 10))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().byPrefix("8", 10))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().byPrefix("u!", 10))).isEmpty();
  }

  @Test
  default void countsAreByPhase() {
    Definition definition = define("a", "1");
    put(fresh(1, definition));
    put(fresh(2, definition));
    put(StoreSamples.running(fresh(3, definition)));
    put(StoreSamples.asleepUntil(fresh(4, definition), T0));
    assertThat(StoreUnderTest.done(underTest().counts()).byPhase())
        .containsEntry(JobPhase.PENDING, 2L)
        .containsEntry(JobPhase.RUNNING, 1L)
        .containsEntry(JobPhase.SUSPENDED, 1L);
  }
}
