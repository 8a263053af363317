package torpor.testkit.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstanceState;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.spec.InstanceSpec;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.InstanceRequest;
import torpor.engine.store.StoreFailure;
import torpor.testkit.store.InstanceSamples;

/// What becomes of snapshots of an instance once they are taken.
class TakenSnapshotsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final FakeNode node = new FakeNode();
  private InstanceId web = FakeNode.id(0);

  @BeforeEach
  void run() {
    InstanceSpec sample = InstanceSamples.spec("web");
    InstanceSpec spec =
        new InstanceSpec(
            sample.name(),
            sample.origin(),
            sample.runtime(),
            sample.resources(),
            sample.command(),
            sample.network(),
            List.of(),
            sample.restart(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            sample.metadata());
    web = done(node.instances().create(new InstanceRequest(spec, Optional.empty()))).id();
    assertThat(settled().state()).isInstanceOf(InstanceState.Running.class);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static <T> T done(CompletionStage<Reply<T>> asked) {
    Reply<T> reply = asked.toCompletableFuture().join();
    if (reply instanceof Reply.Done<T>(T value)) {
      return value;
    }
    throw new AssertionError("refused: " + reply);
  }

  private Instance settled() {
    return done(node.instances().settled(web, PATIENCE));
  }

  static List<InstanceEvent.FromCaller> takings() {
    return List.of(
        new InstanceEvent.StandbyAsked(), new InstanceEvent.SnapshotAsked(Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("takings")
  void whereTheStoreHasNoRoomForItTheMachineGoesOnAndTheReasonIsSaid(
      InstanceEvent.FromCaller taking) {
    CompletableFuture<Void> gate = node.machines.hold("snapshot");
    done(node.instances().ask(web, taking));
    node.store.fail(
        new StoreFailure(StoreFailure.Kind.NO_SPACE, "a full disk", new IOException("full")));
    gate.complete(null);

    // Refused with the reason where the wait began before it was known.
    var _ = node.instances().settled(web, PATIENCE).toCompletableFuture().join();
    Instance after = node.instances().get(web).orElseThrow();
    assertThat(after.state()).isInstanceOf(InstanceState.Running.class);
    assertThat(after.newest()).isEmpty();
    assertThat(after.outcome().orElseThrow().failure().orElseThrow().code())
        .isEqualTo(RefusalCode.NO_SPACE);
    assertThat(node.machines.runs(web)).isTrue();
    assertThat(node.store.snapshots(web).toCompletableFuture().join()).isEmpty();

    done(node.instances().askAndWait(web, new InstanceEvent.PauseAsked(), PATIENCE));
    assertThat(node.machines.isFrozen(web)).isFalse();
    done(node.instances().askAndWait(web, new InstanceEvent.ResumeAsked(), PATIENCE));
    done(node.instances().askAndWait(web, new InstanceEvent.StandbyAsked(), PATIENCE));
    assertThat(settled().state()).isInstanceOf(InstanceState.Standby.class);
  }

  @Test
  void theyAreListedWithWhatTheyOccupyNow() {
    done(
        node.instances()
            .askAndWait(web, new InstanceEvent.SnapshotAsked(Optional.empty()), PATIENCE));
    done(
        node.instances()
            .askAndWait(web, new InstanceEvent.SnapshotAsked(Optional.empty()), PATIENCE));
    long taken = done(node.instances().snapshots(web)).getFirst().facts().bytes();

    node.machines.stored.put(SnapshotNumber.FIRST, 17L);

    assertThat(done(node.instances().snapshots(web)))
        .extracting(snapshot -> snapshot.facts().bytes())
        .containsExactly(17L, taken);
  }
}
