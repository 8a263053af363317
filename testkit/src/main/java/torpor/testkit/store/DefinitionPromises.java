package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.store.ApiKey;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.Idempotency;
import torpor.engine.store.NewDefinition;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;

/// Definitions and API keys.
interface DefinitionPromises extends StoreUnderTest {

  @Test
  default void aDefinitionIsFoundByIdNameAndVersion() {
    NewDefinition wanted = StoreSamples.definition("team/a", "1");
    Definition added = define("team/a", "1");
    assertThat(added.config()).isEqualTo(wanted.config());
    assertThat(added.timeout()).isEqualTo(wanted.timeout());
    assertThat(added.addedAt()).isEqualTo(T0);
    assertThat(StoreUnderTest.done(underTest().definition(added.id()))).contains(added);
    assertThat(StoreUnderTest.done(underTest().definition(added.name(), "1"))).contains(added);
    assertThat(StoreUnderTest.done(underTest().definition(added.name(), "2"))).isEmpty();
    assertThat(StoreUnderTest.done(underTest().definition(new DefinitionId(99)))).isEmpty();
  }

  @Test
  default void latestIsTheVersionAddedLast() {
    define("a", "2");
    Definition last = define("a", "1");
    define("b", "3");
    assertThat(StoreUnderTest.done(underTest().definition(last.name(), "latest"))).contains(last);
    assertThat(StoreUnderTest.done(underTest().definition(new DefinitionName("c"), "latest")))
        .isEmpty();
  }

  @Test
  default void theSameDefinitionAgainIsAnsweredAndAnotherRefused() {
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
    assertThat(refusal(StoreUnderTest.done(underTest().addDefinition(other, T0))))
        .isEqualTo(RefusalCode.DEFINITION_EXISTS);
  }

  private static RefusalCode refusal(Reply<?> reply) {
    return ((Reply.Refused<?>) reply).refusal().code();
  }

  @Test
  default void definitionsAreListedByNameThenOldestFirst() {
    Definition b1 = define("b", "1");
    Definition a2 = define("a", "2");
    Definition a1 = define("a", "1");
    assertThat(StoreUnderTest.done(underTest().definitions(Optional.empty(), Optional.empty(), 10)))
        .containsExactly(a2, a1, b1);
    assertThat(
            StoreUnderTest.done(underTest().definitions(Optional.empty(), Optional.of(a2.id()), 1)))
        .containsExactly(a1);
    assertThat(
            StoreUnderTest.done(
                underTest().definitions(Optional.of(a1.name()), Optional.empty(), 10)))
        .containsExactly(a2, a1);
    assertThat(
            StoreUnderTest.done(
                underTest().definitions(Optional.of(a1.name()), Optional.of(a2.id()), 10)))
        .containsExactly(a1);
  }

  @Test
  default void aDefinitionWithJobsStaysAndWithoutGoesForGood() {
    Definition definition = define("a", "1");
    StoredJob stored = put(fresh(1, definition));
    assertThat(refusal(StoreUnderTest.done(underTest().removeDefinition(definition.name(), "1"))))
        .isEqualTo(RefusalCode.DEFINITION_IN_USE);
    move(stored, stored.job(), new JobChange.Removed(), Optional.empty());
    assertThat(StoreUnderTest.done(underTest().removeDefinition(definition.name(), "1")))
        .isEqualTo(Reply.done(definition));
    assertThat(refusal(StoreUnderTest.done(underTest().removeDefinition(definition.name(), "1"))))
        .isEqualTo(RefusalCode.DEFINITION_NOT_FOUND);
    assertThat(define("a", "1").id()).as("numbers are never reused").isNotEqualTo(definition.id());
  }

  private void move(
      StoredJob from, Job next, JobChange.Removed removal, Optional<Idempotency> none) {
    Transition transition =
        new Transition(
            next, from.version(), List.of(removal), List.of(), Optional.empty(), none, T0);
    assertThat(StoreUnderTest.done(underTest().commit(transition)))
        .isInstanceOf(CommitOutcome.Committed.class);
  }

  @Test
  default void apiKeysAreAddedListedAndRemoved() {
    ApiKey one = new ApiKey("k1", "laptop", "hash1", T0);
    ApiKey two = new ApiKey("k2", "ci", "hash2", T0.plusSeconds(1));
    StoreUnderTest.done(underTest().addApiKey(one));
    StoreUnderTest.done(underTest().addApiKey(two));
    assertThat(StoreUnderTest.done(underTest().apiKeys())).containsExactly(one, two);
    assertThat(StoreUnderTest.done(underTest().removeApiKey("k1"))).isTrue();
    assertThat(StoreUnderTest.done(underTest().removeApiKey("k1"))).isFalse();
    assertThat(StoreUnderTest.done(underTest().apiKeys())).containsExactly(two);
  }
}
