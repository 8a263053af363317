package torpor.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import torpor.core.job.JobId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.clock.Chance;
import torpor.engine.instance.Capacity;
import torpor.engine.instance.InstanceEngine;
import torpor.engine.network.SlotLedger;
import torpor.testkit.instance.FakeImages;
import torpor.testkit.instance.FakeInstanceFiles;
import torpor.testkit.instance.FakeMachines;
import torpor.testkit.instance.FakeNetworks;
import torpor.testkit.instance.FakeVolumeFiles;
import torpor.testkit.memory.InMemoryInstanceStore;
import torpor.testkit.memory.InMemoryVolumeStore;

/// The engine of hand-driven instances in one thread, on a clock that costs nothing, through the
/// deaths of its daemons. Nothing happens but while something is waited for.
final class SimNode {
  /// Longer than any opening may take.
  private static final Duration OPENING = Duration.ofMinutes(6);

  static final Duration SHORT = Duration.ofSeconds(30);

  final SimScheduler scheduler = new SimScheduler(new Dice(1));
  final InMemoryInstanceStore store = new InMemoryInstanceStore();
  final InMemoryVolumeStore volumeStore = new InMemoryVolumeStore();
  final FakeVolumeFiles volumeFiles = new FakeVolumeFiles();
  private final Capacity capacity;
  private final Ids ids = new Ids();
  private Life daemon = new Life("daemon");
  private InstanceEngine engine;

  SimNode(Capacity capacity) {
    this.capacity = capacity;
    this.engine = boot();
  }

  private InstanceEngine boot() {
    Life life = new Life("daemon");
    daemon = life;
    InstanceEngine booted =
        new InstanceEngine(
            new InstanceEngine.Parts(
                store,
                volumeStore,
                volumeFiles,
                new FakeImages(),
                new FakeInstanceFiles(),
                new FakeNetworks(),
                new SlotLedger(),
                new FakeMachines(),
                capacity,
                (_, _, _, _) -> CompletableFuture.completedFuture(Optional.empty()),
                Optional.empty(),
                _ -> CompletableFuture.completedFuture(null),
                scheduler,
                scheduler.alarms(life),
                ids,
                scheduler.executor(life),
                _ -> {},
                detail -> {
                  throw new IllegalStateException(detail);
                }));
    done(booted.start(), OPENING);
    return booted;
  }

  InstanceEngine engine() {
    return engine;
  }

  /// The daemon dies, and the next one opens.
  void crash() {
    daemon.end();
    engine = boot();
  }

  <T> T done(CompletionStage<T> stage) {
    return done(stage, SHORT);
  }

  <T> T done(CompletionStage<T> stage, Duration patience) {
    CompletableFuture<T> answer = stage.toCompletableFuture();
    Instant limit = scheduler.instant().plus(patience);
    while (!answer.isDone() && scheduler.step(limit)) {
      // Until it is answered.
    }
    assertThat(answer).isDone();
    return answer.join();
  }

  <T> T granted(CompletionStage<Reply<T>> stage) {
    Reply<T> reply = done(stage);
    assertThat(reply).isInstanceOf(Reply.Done.class);
    return ((Reply.Done<T>) reply).value();
  }

  Refusal refused(CompletionStage<? extends Reply<?>> stage) {
    return refusal(done(stage));
  }

  static Refusal refusal(Reply<?> reply) {
    assertThat(reply).isInstanceOf(Reply.Refused.class);
    return ((Reply.Refused<?>) reply).refusal();
  }

  private static final class Ids implements Chance {
    private int given;

    @Override
    public double draw() {
      return 0.5;
    }

    @Override
    public JobId newJobId(Instant now) {
      given++;
      return new JobId("01jd%022d".formatted(given));
    }

    @Override
    public String newSecret() {
      return "s".repeat(32);
    }
  }
}
