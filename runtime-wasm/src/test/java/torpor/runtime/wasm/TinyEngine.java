package torpor.runtime.wasm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import torpor.core.definition.JsonText;
import torpor.core.job.Answer;
import torpor.core.job.CheckpointLock;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// The engine's part of the conversation for one job, without a store: a checkpoint is a snapshot
/// that is renamed, a sleep is a release.
final class TinyEngine implements GuestCalls {
  static final JobId JOB = new JobId("01jd0000000000000000000000");

  final Path directory;
  final List<SnapshotFacts> facts = new CopyOnWriteArrayList<>();
  final List<JobEvent.CheckpointAsked> asked = new CopyOnWriteArrayList<>();
  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<Signal> inbox = new ArrayList<>();
  final LinkedBlockingQueue<Object> happenings = new LinkedBlockingQueue<>();
  volatile Optional<Refusal> refusal = Optional.empty();
  volatile JsonText params = new JsonText("{\"n\":3}");

  /// The snapshot after which the daemon is as good as dead: nothing is answered any more.
  volatile int crashAfter = Integer.MAX_VALUE;

  private volatile WasmRuntime runtime;
  private Generation generation = Generation.NONE;
  private SnapshotNumber newest = new SnapshotNumber(0);
  private Optional<Token> newestToken = Optional.empty();

  TinyEngine(Path directory, UnaryOperator<WasmSettings> settings) {
    this.directory = directory;
    this.runtime = open(settings);
  }

  private WasmRuntime open(UnaryOperator<WasmSettings> change) {
    WasmSettings settings =
        WasmSettings.of(
            directory.resolve("modules"), directory.resolve("cache"), directory.resolve("tmp"), "");
    return new WasmRuntime(change.apply(settings), Clock.systemUTC());
  }

  WasmRuntime runtime() {
    return runtime;
  }

  /// As after a crash of the daemon: everything in memory is gone.
  void restartDaemon() {
    restartDaemon(settings -> settings);
  }

  void restartDaemon(UnaryOperator<WasmSettings> settings) {
    runtime.close();
    runtime = open(settings);
  }

  int lives() {
    return generation.number();
  }

  JsonText check(String config) throws Exception {
    return switch (await(runtime.check(new JsonText(config)))) {
      case Reply.Done<JsonText>(JsonText complete) -> complete;
      case Reply.Refused<JsonText>(Refusal refused) -> throw new AssertionError(refused);
    };
  }

  private MachineStart machineStart(JsonText config) {
    generation = generation.next();
    return new MachineStart(
        JOB,
        generation,
        config,
        Map.of("TORPOR_JOB_ID", JOB.toString()),
        directory.resolve("instance"),
        directory.resolve("console.log"),
        this,
        happenings::add);
  }

  MachineHandle start(JsonText config) throws Exception {
    return await(runtime.start(machineStart(config)));
  }

  CompletionStage<MachineHandle> startLater(JsonText config) {
    return runtime.start(machineStart(config));
  }

  MachineHandle restore(JsonText config, Optional<Wake> wake) throws Exception {
    return await(
        runtime.restore(
            new MachineRestore(
                machineStart(config), published(newest), newest, newestToken.orElseThrow(), wake)));
  }

  void kill() throws Exception {
    await(runtime.kill(JOB, generation, Optional.empty(), Duration.ofSeconds(1)));
  }

  CompletionStage<SnapshotFacts> snapshotNow() {
    return runtime.snapshot(target(newest.next()));
  }

  private Path published(SnapshotNumber number) {
    return directory.resolve("snapshots").resolve(number.toString());
  }

  private SnapshotTarget target(SnapshotNumber number) {
    Path staging = directory.resolve("snapshots").resolve(".staging-" + number);
    try {
      Files.createDirectories(staging);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SnapshotTarget(
        JOB, generation, new MachineHandle("any"), number, staging, Optional.empty(), true);
  }

  @Override
  public CompletionStage<Reply<Answer.Checkpointed>> checkpoint(
      JobId job, JobEvent.CheckpointAsked question) {
    asked.add(question);
    if (refusal.isPresent()) {
      return done(Reply.refused(refusal.orElseThrow()));
    }
    SnapshotNumber number = newest.next();
    SnapshotTarget target = target(number);
    CompletionStage<Reply<Answer.Checkpointed>> answer =
        runtime
            .snapshot(target)
            .handle((taken, failure) ->
                failure == null ? publish(question, target, taken) : refused(failure));
    if (number.number() < crashAfter || question.waker().isPresent()) {
      return answer;
    }
    var _ = answer.thenRun(() -> happenings.add("crash"));
    return new CompletableFuture<>();
  }

  private Reply<Answer.Checkpointed> publish(
      JobEvent.CheckpointAsked question, SnapshotTarget target, SnapshotFacts taken) {
    try {
      Files.move(target.staging(), published(target.number()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    facts.add(taken);
    newest = target.number();
    newestToken = Optional.of(question.token());
    if (question.waker().isPresent()) {
      var _ =
          runtime
              .release(JOB, generation)
              .thenRun(() -> happenings.add(question.waker().orElseThrow()));
      return Reply.refused(Refusal.of(RefusalCode.JOB_ASLEEP, "asleep", "wait"));
    }
    return Reply.done(
        new Answer.Checkpointed(
            question.token(), target.number(), generation, Optional.empty(), Optional.empty()));
  }

  private static Reply<Answer.Checkpointed> refused(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof MachineFailure known) {
      return Reply.refused(known.refusal());
    }
    throw new AssertionError("a runtime fails with a MachineFailure", failure);
  }

  @Override
  public CompletionStage<Reply<Answer.Locked>> lock(JobId job, JobEvent.LockAsked question) {
    calls.add("lock " + question.lockId() + " " + question.ttl());
    return done(Reply.done(new Answer.Locked(new CheckpointLock(question.lockId(), Instant.MAX))));
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> unlock(JobId job, JobEvent.UnlockAsked question) {
    boolean held = calls.stream().anyMatch(call -> call.startsWith("lock " + question.lockId()));
    boolean released = calls.contains("unlock " + question.lockId());
    calls.add("unlock " + question.lockId());
    return done(
        held && !released
            ? Reply.done(new Answer.Done())
            : Reply.refused(Refusal.of(RefusalCode.LOCK_NOT_FOUND, "no lock", "nothing")));
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> exit(JobId job, JobEvent.ExitAsked question) {
    calls.add("exit " + question.result().exitCode() + " " + question.result().output().text());
    return done(Reply.done(new Answer.Done()));
  }

  @Override
  public CompletionStage<Reply<List<Signal>>> signals(JobId job, JobEvent.SignalsAsked question) {
    List<Signal> taken =
        inbox.stream().filter(s -> s.name().equals(question.name().orElseThrow())).toList();
    inbox.removeAll(taken);
    return done(Reply.done(taken));
  }

  @Override
  public CompletionStage<Reply<Answer.Done>> progress(JobId job, JobEvent.ProgressMade made) {
    calls.add("progress " + made.progress());
    return done(Reply.done(new Answer.Done()));
  }

  @Override
  public CompletionStage<Reply<JsonText>> params(JobId job) {
    return done(Reply.done(params));
  }

  @Override
  public CompletionStage<Reply<GuestMetadata>> metadata(JobId job) {
    return done(
        Reply.done(
            new GuestMetadata(
                JOB,
                "d",
                "1",
                1,
                generation,
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH,
                Map.of())));
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  static Signal signal(String name, String payload) {
    return new Signal(1, name, new JsonText(payload), Instant.EPOCH, false);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /// The next end of a machine ({@link ExitStatus}) or sleep (its waker).
  Object next() throws InterruptedException {
    Object happened = happenings.poll(30, TimeUnit.SECONDS);
    if (happened == null) {
      throw new AssertionError("nothing happened");
    }
    return happened;
  }

  String console() throws IOException {
    return Files.readString(directory.resolve("console.log"));
  }
}
