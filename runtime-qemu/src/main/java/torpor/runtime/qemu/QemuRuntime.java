package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.runtime.qemu.agent.GuestProcess;
import torpor.runtime.qemu.agent.Records;
import torpor.runtime.qemu.console.ConsoleLog;
import torpor.runtime.qemu.definition.ConfigCheck;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.host.ExitWatch;
import torpor.runtime.qemu.host.ProcessIdentity;
import torpor.runtime.qemu.machine.Assembly;
import torpor.runtime.qemu.machine.Directories;
import torpor.runtime.qemu.machine.Freezer;
import torpor.runtime.qemu.machine.Identity;
import torpor.runtime.qemu.machine.Machine;
import torpor.runtime.qemu.machine.Place;
import torpor.runtime.qemu.machine.Templates;
import torpor.runtime.qemu.vmm.Census;
import torpor.runtime.qemu.vmm.Launcher;
import torpor.runtime.qemu.vmm.MachineName;

/// Runs images as virtual machines. Thread-safe.
///
/// What takes long is done on threads of its own; one machine is worked on by one thread at a time,
/// but for its end, which may come from anywhere.
public final class QemuRuntime implements MachineRuntime {
  public static final RuntimeName NAME = new RuntimeName("qemu");
  private static final Logger log = LoggerFactory.getLogger(QemuRuntime.class);
  private static final int PROXY_PORT = 47867;
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  private final String owner;
  private final Births births;
  private final Assembly assembly;
  private final ConfigCheck check;
  private final ExitWatch exits;
  private final Lives lives;
  private final Capabilities capabilities;
  private final String bootId = ProcessIdentity.bootId();
  private final Map<String, Birth> underWay = new ConcurrentHashMap<>();
  private final ExecutorService threads;
  private final ExecutorService background;

  private QemuRuntime(QemuSettings settings, HostCheck.Found host) throws IOException {
    this.owner = MachineName.ownerOf(settings.owner());
    this.threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("qemu-machine-", 0).factory());
    this.background =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("qemu-templates").factory());
    this.exits = ExitWatch.open();
    this.lives = new Lives(threads);
    this.capabilities = host.capabilities();
    Launcher launcher = new Launcher(host.qemu(), host.setsid(), exits);
    BlankDisks blanks =
        new BlankDisks(settings.directory().resolve("blank"), host.qemu().imageTool());
    this.assembly =
        new Assembly(
            launcher,
            host.kernel(),
            host.processor(),
            blanks,
            settings.guestApi(),
            InstantSource.system());
    Optional<Templates> templates = Optional.empty();
    if (settings.templates()) {
      templates =
          Optional.of(
              new Templates(
                  settings.directory().resolve("templates"), owner, assembly, background));
      templates.get().clearUnfinished();
    }
    boolean proxied = host.kernel().proxies() && settings.guestApi().isPresent();
    this.births =
        new Births(
            settings.images(),
            assembly,
            templates,
            host.accelerator(),
            host.qemu().build(),
            host.processor(),
            proxied ? OptionalInt.of(PROXY_PORT) : OptionalInt.empty());
    this.check = new ConfigCheck(settings.images());
  }

  /// Opens the runtime and looks what this host can do. Starts no machine.
  public static MachineRuntime open(QemuSettings settings) {
    HostCheck.Outcome outcome = HostCheck.look(settings);
    return switch (outcome) {
      case HostCheck.Lacking(Capabilities capabilities) -> new UnavailableRuntime(capabilities);
      case HostCheck.Found found -> {
        try {
          yield new QemuRuntime(settings, found);
        } catch (IOException failed) {
          yield new UnavailableRuntime(
              HostCheck.unavailable(
                  "Its directory cannot be used, or processes cannot be watched: "
                      + failed.getMessage()
                      + ".",
                  "See that the data directory is writable, and use Linux 5.4 or newer."));
        }
      }
    };
  }

  @Override
  public RuntimeName name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return check.complete(config);
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    Place place = place(start.job(), start.generation(), start.directory(), start.console());
    return bear(
        place,
        start,
        "start the machine of " + start.job(),
        birth -> births.start(place, identity(start.job()), start.config(), start.env(), birth));
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    MachineStart start = restore.start();
    Place place = place(start.job(), start.generation(), start.directory(), start.console());
    return bear(
        place,
        start,
        "restore the machine of " + start.job(),
        birth -> births.restore(place, identity(start.job()), restore.snapshot(), birth));
  }

  private Place place(JobId job, Generation generation, Path directory, Path console) {
    return new Place(name(job, generation), directory, console);
  }

  private MachineName name(JobId job, Generation generation) {
    return new MachineName(owner, job.ulid(), generation.number());
  }

  private static Identity identity(JobId job) {
    return new Identity(job.ulid(), job.ulid(), Optional.empty());
  }

  @FunctionalInterface
  private interface Bearing {
    Machine bear(Birth birth) throws IOException, InterruptedException;
  }

  private CompletionStage<MachineHandle> bear(
      Place place, MachineStart start, String attempted, Bearing bearing) {
    Birth birth = new Birth(attempted, place.name().generation());
    underWay.put(place.name().machine(), birth);
    boolean accepted =
        run(() -> {
          Machine machine;
          try {
            machine = bearing.bear(birth);
          } catch (IOException | InterruptedException | RuntimeException failed) {
            over(place, birth);
            birth
                .answer()
                .completeExceptionally(
                    birth.isCalledOff()
                        ? birth.calledOff()
                        : Failures.of(attempted, failed, false));
            return;
          }
          Lives.Life life = lives.add(machine, start.listener());
          over(place, birth);
          if (birth.isCalledOff()) {
            lives.take(place.name().machine(), place.name().generation());
            end(life, Duration.ZERO);
            birth.answer().completeExceptionally(birth.calledOff());
            return;
          }
          birth.answer().complete(new QemuHandle(machine.vmm().process(), bootId).toHandle());
          life.listen();
        });
    if (!accepted) {
      underWay.remove(place.name().machine(), birth);
      birth.answer().completeExceptionally(Failures.stopping(attempted));
    }
    return birth.answer();
  }

  private void over(Place place, Birth birth) {
    underWay.remove(place.name().machine(), birth);
    birth.over().complete(null);
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    String attempted = "snapshot the machine of " + target.job();
    Optional<Lives.Life> life = find(target.job(), target.generation());
    if (life.isEmpty()) {
      return CompletableFuture.failedFuture(
          Failures.of(attempted, new IOException("it does not run"), true));
    }
    return onTurn(
        life.get(),
        attempted,
        () -> {
          Machine machine = life.get().machine();
          try {
            return Freezer.freeze(
                machine, target.staging(), target.parent(), target.keepsRunning());
          } catch (IOException | InterruptedException | RuntimeException failed) {
            throw Failures.of(attempted, failed, !goesOn(machine));
          }
        });
  }

  /// @return whether it runs as before
  private static boolean goesOn(Machine machine) {
    try {
      Freezer.thaw(machine);
      return true;
    } catch (IOException lost) {
      log.warn("a machine does not go on after a failed snapshot", lost);
      return false;
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    Optional<Lives.Life> life = find(job, generation);
    return life.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : onTurn(
                life.get(),
                "let the machine of " + job + " go on",
                () -> {
                  Freezer.thaw(life.get().machine());
                  return true;
                })
            .thenAccept(_ -> {});
  }

  /// Runs a program next to the workload of a machine.
  ///
  /// @param command records as `guest/init/README.md` describes them for EXEC
  /// @param sink told of its output
  /// @return completes when it runs; fails where there is no such machine or it cannot be started
  public CompletionStage<GuestProcess> exec(
      JobId job, Generation generation, Records command, GuestProcess.Sink sink) {
    Optional<Lives.Life> life = find(job, generation);
    if (life.isEmpty()) {
      return CompletableFuture.failedFuture(
          Failures.of(
              "run a program in the machine of " + job, new IOException("it does not run"), false));
    }
    Machine machine = life.get().machine();
    return GuestProcess.exec(machine.agent(), machine.sessions(), command, sink);
  }

  private Optional<Lives.Life> find(JobId job, Generation generation) {
    return lives.find(job.ulid(), generation.number());
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return kill(job, generation, Optional.empty(), Duration.ZERO);
  }

  /// The mark finds the machine, with or without its handle.
  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return answer(
            "end the machine of " + job,
            () -> {
              Optional<Birth> birth = Optional.ofNullable(underWay.get(job.ulid()));
              boolean half = false;
              if (birth.isPresent() && birth.get().generation() <= generation.number()) {
                half = birth.get().callOff();
              }
              Optional<Lives.Life> life = lives.take(job.ulid(), generation.number());
              if (life.isPresent()) {
                end(life.get(), grace);
              }
              endProcesses(name -> isOf(name, job.ulid(), generation.number()));
              if (half) {
                birth.get().over().get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
                endProcesses(name -> isOf(name, job.ulid(), generation.number()));
              }
              return true;
            })
        .thenAccept(_ -> {});
  }

  private static boolean isOf(MachineName name, String machine, int generation) {
    return name.machine().equals(machine) && name.generation() <= generation;
  }

  private void end(Lives.Life life, Duration grace) {
    Machine machine = life.machine();
    if (grace.isPositive() && !machine.isPaused()) {
      machine.askToEnd(grace);
    }
    try {
      machine.end();
    } catch (IOException stillThere) {
      log.warn("{} does not end", machine.place().name(), stillThere);
    }
    machine.clear();
  }

  private int endProcesses(java.util.function.Predicate<MachineName> wanted) throws IOException {
    List<Census.Found> found =
        Census.take(owner).stream().filter(process -> wanted.test(process.name())).toList();
    for (Census.Found process : found) {
      process.process().kill();
    }
    for (Census.Found process : found) {
      try {
        exits.onExit(process.process()).get(END_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a machine ends", closing);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        throw new IOException("process " + process.process().pid() + " does not end", e);
      }
    }
    return (int) found.stream().map(process -> process.name().machine()).distinct().count();
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    CompletableFuture<Optional<MachineHandle>> answer = new CompletableFuture<>();
    String attempted = "adopt the machine of " + adoption.job();
    boolean accepted =
        run(() -> {
          try {
            adopt(adoption, answer);
          } catch (IOException | InterruptedException | RuntimeException failed) {
            answer.completeExceptionally(Failures.of(attempted, failed, false));
          }
        });
    if (!accepted) {
      answer.completeExceptionally(Failures.stopping(attempted));
    }
    return answer;
  }

  private void adopt(MachineAdoption adoption, CompletableFuture<Optional<MachineHandle>> answer)
      throws IOException, InterruptedException {
    Path console = adoption.directory().resolve("console.log");
    Place place = place(adoption.job(), adoption.generation(), adoption.directory(), console);
    Optional<QemuHandle> handle =
        adoption
            .machine()
            .flatMap(QemuHandle::parse)
            .filter(known -> known.bootId().equals(bootId));
    if (handle.isPresent()) {
      Optional<Machine> machine = find(place, handle.get().process());
      if (machine.isPresent()) {
        Lives.Life life = lives.add(machine.get(), adoption.listener());
        answer.complete(adoption.machine());
        life.listen();
        return;
      }
    }
    endProcesses(name -> isOf(name, place.name().machine(), place.name().generation()));
    Directories.delete(Place.lives(adoption.directory()));
    Optional<ExitStatus> ended =
        adoption.machine().isPresent() ? Machine.exitOf(place) : Optional.empty();
    if (ended.isPresent()) {
      answer.complete(adoption.machine());
      adoption.listener().ended(ended.get());
    } else {
      answer.complete(Optional.empty());
    }
  }

  private Optional<Machine> find(Place place, ProcessIdentity process) throws InterruptedException {
    try {
      ConsoleLog console = ConsoleLog.goOn(place.console(), place.journal());
      Optional<Machine> machine = assembly.adopt(place, process, console);
      if (machine.isEmpty()) {
        console.close();
      }
      return machine;
    } catch (IOException unusable) {
      log.warn("{} runs but cannot be spoken to; it is ended", place.name(), unusable);
      return Optional.empty();
    }
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return answer(
        "end machines that belong to nobody",
        () -> {
          Set<String> names = known.stream().map(JobId::ulid).collect(Collectors.toSet());
          Set<String> ended =
              lives.takeAllBut(names).stream()
                  .peek(life -> end(life, Duration.ZERO))
                  .map(life -> life.machine().place().name().machine())
                  .collect(Collectors.toSet());
          int strangers =
              endProcesses(
                  name -> !names.contains(name.machine()) && !Assembly.isTemplateMaker(name));
          return ended.size() + strangers;
        });
  }

  /// Machines go on.
  @Override
  public void close() {
    lives.takeAllBut(Set.of()).forEach(life -> life.machine().leave());
    background.shutdownNow();
    threads.shutdownNow();
    exits.close();
  }

  private boolean run(Runnable work) {
    try {
      threads.execute(work);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  private <T> CompletableFuture<T> answer(String attempted, Callable<T> work) {
    return answer(threads, attempted, work);
  }

  private <T> CompletableFuture<T> onTurn(Lives.Life life, String attempted, Callable<T> work) {
    return answer(life.turn(), attempted, work);
  }

  private static <T> CompletableFuture<T> answer(
      Executor executor, String attempted, Callable<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> {
        try {
          answer.complete(work.call());
        } catch (Exception failed) {
          answer.completeExceptionally(Failures.of(attempted, failed, false));
        }
      });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(Failures.stopping(attempted));
    }
    return answer;
  }
}
