package torpor.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import torpor.core.definition.Definition;
import torpor.core.job.Job;
import torpor.core.job.JobChange;
import torpor.core.job.JobId;
import torpor.core.refusal.Reply;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.JobInputs;
import torpor.engine.store.JobStore;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Transition;
import torpor.engine.store.Version;

/// The store that the promises are about, and the shortest ways to put something into it.
interface StoreUnderTest {
  Instant T0 = StoreSamples.T0;
  Duration PATIENCE = Duration.ofSeconds(30);

  /// The store under test, the same one for the whole of a test, empty at its beginning.
  JobStore underTest();

  /// Lets another owner take the node over; `false` where there are no others.
  boolean nodeTakenOver();

  static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the store did not do it", e);
    }
  }

  default Definition define(String name, String version) {
    return ((Reply.Done<Definition>)
            done(underTest().addDefinition(StoreSamples.definition(name, version), T0)))
        .value();
  }

  default StoredJob put(Job job) {
    assertThat(done(underTest().commit(StoreSamples.insert(job))))
        .isInstanceOf(CommitOutcome.Committed.class);
    return loaded(job.id());
  }

  default StoredJob move(StoredJob from, Job next, JobChange... changes) {
    assertThat(done(underTest().commit(StoreSamples.update(from, next, changes))))
        .isInstanceOf(CommitOutcome.Committed.class);
    return loaded(next.id());
  }

  default StoredJob loaded(JobId id) {
    return done(underTest().load(id)).orElseThrow();
  }

  default Job fresh(int number, Definition definition) {
    return StoreSamples.pending(StoreSamples.id(number), definition.id());
  }

  default void commitWith(Job job, JobInputs inputs) {
    Transition transition =
        new Transition(
            job, Version.ABSENT, List.of(), List.of(), Optional.of(inputs), Optional.empty(), T0);
    assertThat(done(underTest().commit(transition))).isInstanceOf(CommitOutcome.Committed.class);
  }

  static JobId[] ids(int... numbers) {
    return Arrays.stream(numbers).mapToObj(StoreSamples::id).toArray(JobId[]::new);
  }
}
