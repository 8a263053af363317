package torpor.engine.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.engine.fake.ManualTime;
import torpor.engine.supervision.Supervisor;

class LeaseKeeperTest {
  private static final Duration LENGTH = Duration.ofSeconds(30);
  private static final Duration OURS = Duration.ofSeconds(20);

  private final ManualTime time = new ManualTime();
  private final StoreLease lease = new StoreLease();
  private final List<Instant> ranOut = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private CompletableFuture<Void> ending = CompletableFuture.completedFuture(null);

  private final class StoreLease implements Lease {
    private Optional<Duration> length = Optional.of(LENGTH);
    private Optional<CompletableFuture<Boolean>> always = Optional.empty();
    private final Queue<CompletableFuture<Boolean>> answers = new ArrayDeque<>();
    private Instant lastAsked = ManualTime.START;

    @Override
    public Optional<Duration> length() {
      return length;
    }

    @Override
    public CompletionStage<Boolean> renew() {
      lastAsked = time.instant();
      CompletableFuture<Boolean> answer = answers.poll();
      return answer == null
          ? always.orElseGet(() -> CompletableFuture.completedFuture(true))
          : answer;
    }

    private void fails() {
      always = Optional.of(CompletableFuture.failedFuture(new IllegalStateException("cut off")));
    }

    private void works() {
      always = Optional.empty();
    }
  }

  private LeaseKeeper started() {
    LeaseKeeper keeper =
        new LeaseKeeper(
            lease,
            time,
            time,
            Runnable::run,
            new Supervisor(time, time, Runnable::run),
            _ -> {
              ranOut.add(time.instant());
              return ending;
            },
            taken::add);
    var _ = keeper.start();
    return keeper;
  }

  @Test
  void aTenureLastsAsLongAsTheLeaseIsRenewed() {
    LeaseKeeper keeper = started();
    time.pass(Duration.ofHours(1));

    assertThat(keeper.current()).hasValue(1);
    assertThat(ranOut).isEmpty();
  }

  @Test
  void itIsOverWellBeforeTheLeaseCountedFromWhenTheLastRenewalWasAskedFor() {
    LeaseKeeper keeper = started();
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    lease.answers.add(slow);
    time.pass(Duration.ofSeconds(5));
    Instant asked = lease.lastAsked;
    time.pass(Duration.ofSeconds(10));
    slow.complete(true);
    lease.fails();

    time.pass(Duration.between(time.instant(), asked.plus(OURS)).minusMillis(1));
    assertThat(keeper.current()).hasValue(1);
    time.pass(Duration.ofMillis(1));

    assertThat(keeper.current()).isEmpty();
    assertThat(ranOut).containsExactly(asked.plus(OURS));
  }

  @Test
  void aRenewalThatIsAnsweredTooLateDoesNotCount() {
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    lease.answers.add(slow);
    lease.fails();
    LeaseKeeper keeper = started();
    time.pass(OURS);
    assertThat(ranOut).hasSize(1);

    slow.complete(true);

    assertThat(keeper.current()).isEmpty();
  }

  @Test
  void aDaemonThatNeverRenewsEndsWhatItsPredecessorLeft() {
    lease.fails();
    LeaseKeeper keeper = started();

    time.pass(OURS);

    assertThat(ranOut).containsExactly(ManualTime.START.plus(OURS));
    assertThat(keeper.current()).isEmpty();
  }

  @Test
  void theNextTenureBeginsOnceEverythingOfTheLastHasEnded() {
    ending = new CompletableFuture<>();
    LeaseKeeper keeper = started();
    lease.fails();
    time.pass(Duration.ofMinutes(1));
    lease.works();
    time.pass(Duration.ofMinutes(1));
    assertThat(keeper.current()).isEmpty();

    ending.complete(null);

    assertThat(keeper.current()).isEqualTo(OptionalLong.of(2));
    assertThat(ranOut).hasSize(1);
  }

  @Test
  void aNodeThatWasTakenOverIsTold() {
    lease.answers.add(CompletableFuture.completedFuture(false));

    LeaseKeeper keeper = started();

    assertThat(taken).containsExactly("the lease has been taken over");
    assertThat(keeper.current()).isEmpty();
  }

  @Test
  void whatNobodyElseCanTakeNeverRunsOut() {
    lease.length = Optional.empty();
    lease.fails();
    LeaseKeeper keeper = started();

    time.pass(Duration.ofHours(1));

    assertThat(keeper.current()).hasValue(1);
    assertThat(ranOut).isEmpty();
  }
}
