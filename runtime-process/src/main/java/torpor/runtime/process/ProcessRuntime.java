package torpor.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.machine.UnavailableRuntime;
import torpor.host.process.ExitWatch;
import torpor.host.process.ProcessIdentity;
import torpor.host.program.Executables;
import torpor.runtime.process.keeper.ExitFile;
import torpor.runtime.process.keeper.Keeper;
import torpor.runtime.process.keeper.KeeperHandle;
import torpor.runtime.process.program.Program;
import torpor.runtime.process.program.ProgramCheck;
import torpor.runtime.process.program.ProgramReader;
import torpor.runtime.process.program.ProgramWriter;
import torpor.runtime.process.tree.Census;
import torpor.runtime.process.tree.DataDirectoryMark;
import torpor.runtime.process.tree.InstanceMark;
import torpor.runtime.process.tree.ProcessTrees;

/// Runs ordinary programs in sessions of their own. Thread-safe.
///
/// Everything is done on virtual threads that wait for what they need, each wait with a deadline.
public final class ProcessRuntime implements MachineRuntime {
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final Set<String> INHERITED = Set.of("PATH", "HOME", "LANG", "TZ");
  private static final Path SHELL = Path.of("/bin/sh");
  private static final String WORKDIR = "work";
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  private final DataDirectoryMark owner;
  private final Keeper keeper;
  private final ProgramCheck check;
  private final Census census;
  private final ExitWatch exits;
  private final ProcessTrees trees;
  private final Machines machines;
  private final Capabilities capabilities;
  private final String bootId = ProcessIdentity.bootId();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("process-runtime-", 0).factory());

  private ProcessRuntime(
      DataDirectoryMark owner,
      Keeper keeper,
      ProgramCheck check,
      Census census,
      ExitWatch exits,
      Path scratch) {
    this.owner = owner;
    this.keeper = keeper;
    this.check = check;
    this.census = census;
    this.exits = exits;
    this.trees = new ProcessTrees(census, exits);
    this.machines = new Machines(trees, threads);
    this.capabilities = new HostCheck(owner, keeper, check.prlimit(), census, scratch).measure();
  }

  /// Opens the runtime and measures what this host can do. Takes some ten milliseconds.
  ///
  /// @param owner of the processes: the same one every time the same data directory is served
  /// @param scratch an existing folder for short-lived files, which the daemon empties when it
  ///   starts
  public static MachineRuntime open(DataDirectoryMark owner, Path scratch) {
    String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse(DEFAULT_PATH);
    Optional<Path> setsid = Executables.find("setsid", searchPath);
    if (!System.getProperty("os.name").equals("Linux")) {
      return new UnavailableRuntime(
          RuntimeName.PROCESS, HostCheck.unavailable("This is not Linux.", "Use a Linux host."));
    }
    if (setsid.isEmpty() || !Executables.canRun(SHELL)) {
      return new UnavailableRuntime(
          RuntimeName.PROCESS,
          HostCheck.unavailable(
              "There is no setsid on the PATH, or no /bin/sh.", "Install util-linux and a shell."));
    }
    try {
      return new ProcessRuntime(
          owner,
          new Keeper(setsid.get(), SHELL),
          new ProgramCheck(searchPath, Executables.find("prlimit", searchPath)),
          new Census(owner),
          ExitWatch.open(),
          scratch);
    } catch (IOException noPidfds) {
      return new UnavailableRuntime(
          RuntimeName.PROCESS,
          HostCheck.unavailable(
              "The kernel cannot watch processes: " + noPidfds.getMessage() + ".",
              "Use Linux 5.4 or newer."));
    }
  }

  @Override
  public RuntimeName name() {
    return RuntimeName.PROCESS;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return answer(
        "check a program",
        () ->
            switch (ProgramReader.read(config)) {
              case Reply.Done<Program>(Program program) ->
                  Outcome.of(check.complete(program).map(ProgramWriter::write));
              case Reply.Refused<Program>(Refusal refusal) -> Outcome.of(Reply.refused(refusal));
            });
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return answer("start the program of " + start.job(), () -> launch(start));
  }

  private Outcome<MachineHandle> launch(MachineStart start)
      throws IOException, InterruptedException {
    Program program =
        switch (ProgramReader.read(start.config())) {
          case Reply.Done<Program>(Program read) -> read;
          case Reply.Refused<Program>(Refusal refusal) -> throw Failures.image(refusal);
        };
    Optional<Refusal> missing = check.missing(program);
    if (missing.isPresent()) {
      throw Failures.image(missing.get());
    }
    Path workdir = program.workdir().orElse(start.directory().resolve(WORKDIR));
    Files.createDirectories(workdir);
    ExitFile exit = ExitFile.in(start.directory(), start.generation());
    Keeper.Waiting kept =
        keeper.start(
            new Keeper.Task(
                check.limited(program),
                environment(program, start),
                workdir,
                start.console(),
                start.directory(),
                exit),
            START_PATIENCE);
    var life = new Machines.Life(start.job(), start.generation());
    var machine = machines.add(life, exit, start.listener());
    try {
      kept.go();
    } catch (IOException notRun) {
      machines.forget(life);
      trees.end(upTo(start.job(), start.generation()), Duration.ZERO);
      throw notRun;
    }
    CompletableFuture<OptionalInt> ended =
        kept.process().onExit().thenApply(process -> OptionalInt.of(process.exitValue()));
    return new Outcome<>(
        new KeeperHandle(kept.identity(), bootId).toHandle(), () -> machine.endsWith(ended));
  }

  private Map<String, String> environment(Program program, MachineStart start) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().retainAll(INHERITED);
    environment.putAll(program.env());
    environment.putAll(start.env());
    environment.put(
        InstanceMark.VARIABLE, new InstanceMark(owner, start.job(), start.generation()).toString());
    return environment;
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return CompletableFuture.failedFuture(Failures.noCheckpoint(restore.start().job()));
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return CompletableFuture.failedFuture(Failures.noCheckpoint(target.job()));
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return CompletableFuture.completedFuture(null);
  }

  /// The mark finds the machine, with or without its handle.
  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    answer(
            "end the program of " + job,
            () -> {
              machines.forget(new Machines.Life(job, generation));
              trees.end(upTo(job, generation), grace);
              return Outcome.of(job);
            })
        .whenComplete((_, failure) -> {
          if (failure == null) {
            ended.complete(null);
          } else {
            ended.completeExceptionally(failure);
          }
        });
    return ended;
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return answer("adopt the program of " + adoption.job(), () -> find(adoption));
  }

  private Outcome<Optional<MachineHandle>> find(MachineAdoption adoption)
      throws IOException, InterruptedException {
    var life = new Machines.Life(adoption.job(), adoption.generation());
    ExitFile exit = ExitFile.in(adoption.directory(), adoption.generation());
    Optional<KeeperHandle> handle = adoption.machine().flatMap(KeeperHandle::parse);
    if (handle.isPresent() && isAlive(handle.get(), adoption)) {
      CompletableFuture<OptionalInt> ended =
          exits.onExit(handle.get().keeper()).thenApply(_ -> OptionalInt.empty());
      var machine = machines.add(life, exit, adoption.listener());
      return new Outcome<>(adoption.machine(), () -> machine.endsWith(ended));
    }
    if (handle.isPresent() && exit.read().isPresent()) {
      var machine = machines.add(life, exit, adoption.listener());
      return new Outcome<>(
          adoption.machine(),
          () -> machine.endsWith(CompletableFuture.completedFuture(OptionalInt.empty())));
    }
    // Nothing of an earlier run of the host can be left.
    if (handle.isEmpty() || handle.get().bootId().equals(bootId)) {
      trees.end(upTo(adoption.job(), adoption.generation()), Duration.ZERO);
    }
    return Outcome.of(Optional.empty());
  }

  private boolean isAlive(KeeperHandle handle, MachineAdoption adoption) {
    var mark = new InstanceMark(owner, adoption.job(), adoption.generation());
    return handle.bootId().equals(bootId)
        && census.markOf(handle.keeper().pid()).equals(Optional.of(mark))
        && handle.keeper().isAlive();
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return answer(
        "end programs that belong to no job",
        () -> {
          machines.forgetAllBut(known);
          Set<InstanceMark> strangers = trees.alive(mark -> !known.contains(mark.job()));
          trees.end(strangers::contains, Duration.ZERO);
          return Outcome.of(strangers.size());
        });
  }

  /// Programs go on.
  @Override
  public void close() {
    machines.forgetAllBut(Set.of());
    threads.shutdownNow();
    census.close();
    exits.close();
  }

  /// A job has one machine at most, so what carries an older generation is a half of it too.
  private static Predicate<InstanceMark> upTo(JobId job, Generation generation) {
    return mark -> mark.job().equals(job) && mark.generation().compareTo(generation) <= 0;
  }

  /// @param then to be done once the answer has been given
  private record Outcome<T>(T answer, Runnable then) {
    static <T> Outcome<T> of(T answer) {
      return new Outcome<>(answer, () -> {});
    }
  }

  private <T> CompletionStage<T> answer(String attempted, Callable<Outcome<T>> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> {
        Outcome<T> outcome;
        try {
          outcome = work.call();
        } catch (Exception failed) {
          answer.completeExceptionally(Failures.of(attempted, failed));
          return;
        }
        answer.complete(outcome.answer());
        outcome.then().run();
      });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(Failures.stopping(attempted));
    }
    return answer;
  }
}
