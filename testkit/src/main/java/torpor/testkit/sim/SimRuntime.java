package torpor.testkit.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// One daemon's way to its machines. Of two kinds: machines inside the daemon's process, which die
/// with it and whose pending call the runtime answers at a restore; and machines of their own,
/// which go on without it, call over a network and repeat their call themselves.
final class SimRuntime implements MachineRuntime {
  static final RuntimeName INSIDE = new RuntimeName("inside");
  static final RuntimeName OUTSIDE = new RuntimeName("outside");

  private final boolean outside;
  private final Stage stage;
  private final MachineHost host;
  private final DiskTree disk;
  private final Ledger ledger;
  private final Map<String, GuestProgram> programs;
  private final Supplier<Optional<GuestClient.Line>> network;
  private final Map<GuestMachine, Guest> guests;
  private final SimFreezing freezing;

  SimRuntime(
      boolean outside,
      Stage stage,
      MachineHost host,
      DiskTree disk,
      Ledger ledger,
      Map<String, GuestProgram> programs,
      Supplier<Optional<GuestClient.Line>> network,
      Map<GuestMachine, Guest> guests) {
    this.outside = outside;
    this.stage = stage;
    this.host = host;
    this.disk = disk;
    this.ledger = ledger;
    this.programs = programs;
    this.network = network;
    this.guests = guests;
    this.freezing = new SimFreezing(outside, stage, host, disk, ledger, guests);
  }

  @Override
  public RuntimeName name() {
    return outside ? OUTSIDE : INSIDE;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        true, true, true, false, true, outside, "none", Optional.empty(), List.of());
  }

  @Override
  public CompletionStage<Reply<JsonText>> check(JsonText config) {
    return CompletableFuture.completedFuture(Reply.done(config));
  }

  private static MachineFailure failed(String what) {
    return SimFreezing.failure(MachineFailure.Kind.OTHER, what, false);
  }

  @Override
  public CompletionStage<MachineHandle> start(MachineStart start) {
    return bring(start, Optional.empty());
  }

  @Override
  public CompletionStage<MachineHandle> restore(MachineRestore restore) {
    return bring(restore.start(), Optional.of(restore));
  }

  private CompletionStage<MachineHandle> bring(
      MachineStart start, Optional<MachineRestore> restore) {
    CompletableFuture<MachineHandle> up = new CompletableFuture<>();
    String what = describe(start, restore);
    if (!stage.survives(what + " begins")) {
      return up;
    }
    if (outside && stage.life().cutOff()) {
      stage.later(() -> up.completeExceptionally(failed(what + ": cut off")));
      return up;
    }
    GuestMachine machine =
        new GuestMachine(
            start.job(),
            start.generation(),
            new MachineHandle(host.newHandle()),
            outside,
            stage,
            start.listener());
    host.add(machine);
    stage.trace().say("%s: %s begins", stage.life(), what);
    // What is outside the daemon gets on without it.
    Life maker = outside ? machine.life() : stage.life();
    stage
        .scheduler()
        .after(
            maker,
            stage.dice().upTo(Duration.ofSeconds(1)),
            () -> {
              if (!machine.live()
                  || stage.life().cutOff()
                  || stage.dice().chance(trouble().start())) {
                host.forget(machine);
                up.completeExceptionally(failed(what + " failed"));
                return;
              }
              run(machine, start, restore, up, what);
            });
    return up;
  }

  private static String describe(MachineStart start, Optional<MachineRestore> restore) {
    return "%s %s g%s"
        .formatted(
            restore.map(r -> "restore " + r.number() + " of").orElse("start"),
            start.job(),
            start.generation());
  }

  private Trouble trouble() {
    return stage.trouble();
  }

  private void run(
      GuestMachine machine,
      MachineStart start,
      Optional<MachineRestore> restore,
      CompletableFuture<MachineHandle> up,
      String what) {
    Optional<GuestMemory> memory =
        restore.isEmpty()
            ? Optional.of(GuestMemory.FRESH)
            : restore.map(MachineRestore::snapshot).flatMap(this::read);
    if (memory.isEmpty()) {
      host.forget(machine);
      up.completeExceptionally(
          SimFreezing.failure(MachineFailure.Kind.SNAPSHOT, "the snapshot is not whole", false));
      return;
    }
    stage.trace().say("%s: %s", stage.life(), what);
    Supplier<Optional<GuestClient.Line>> line =
        outside ? network : () -> Optional.of(new GuestClient.Line(stage.life(), start.guest()));
    Guest guest = new Guest(machine, program(start), line, ledger, memory.orElseThrow());
    guests.put(machine, guest);
    machine.begin();
    perhapsDoom(machine);
    ledger
        .job(start.job())
        .ifPresent(j ->
            j.begins(
                start.generation(), restore.map(MachineRestore::number), memory.orElseThrow()));
    if (outside || restore.isEmpty()) {
      guest.run();
    } else {
      restore.ifPresent(r -> guest.answer(r.token(), r.wake()));
    }
    if (stage.life().alive() && stage.survives(what + " has happened")) {
      stage.later(() -> up.complete(machine.handle()));
    }
  }

  private void perhapsDoom(GuestMachine machine) {
    if (stage.dice().chance(trouble().death())) {
      stage
          .scheduler()
          .after(
              machine.life(),
              stage.dice().upTo(Duration.ofMinutes(1)),
              () -> machine.end(new ExitStatus.OutOfMemory("chosen by the host")));
    }
  }

  private Optional<GuestMemory> read(Path snapshot) {
    return disk.content(snapshot).filter(SnapshotContent::complete).map(SnapshotContent::memory);
  }

  private GuestProgram program(MachineStart start) {
    GuestProgram program = programs.get(start.config().text());
    if (program == null) {
      throw new IllegalStateException("no program " + start.config());
    }
    return program;
  }

  @Override
  public CompletionStage<SnapshotFacts> snapshot(SnapshotTarget target) {
    return freezing.snapshot(target);
  }

  private CompletionStage<Void> change(String what, Runnable effect) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    var _ =
        stage
            .effect(
                outside,
                what,
                () -> failed(what + " failed"),
                0,
                () -> {
                  effect.run();
                  return what;
                })
            .whenComplete((_, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(failure);
              }
            });
    return done;
  }

  @Override
  public CompletionStage<Void> resume(JobId job, Generation generation) {
    return change(
        "resume %s g%s".formatted(job, generation),
        () -> host.find(job, generation).ifPresent(GuestMachine::thaw));
  }

  @Override
  public CompletionStage<Void> release(JobId job, Generation generation) {
    return change(
        "release %s g%s".formatted(job, generation),
        () ->
            host.find(job, generation)
                .ifPresent(machine -> {
                  ledger.check(
                      !machine.running(),
                      Promise.PORT_RULES,
                      "%s was released while it ran",
                      machine.life());
                  host.forget(machine);
                }));
  }

  @Override
  public CompletionStage<Void> kill(
      JobId job, Generation generation, Optional<MachineHandle> machine, Duration grace) {
    return change(
        "kill %s g%s".formatted(job, generation),
        () -> host.find(job, generation).ifPresent(host::forget));
  }

  @Override
  public CompletionStage<Optional<MachineHandle>> adopt(MachineAdoption adoption) {
    return stage.effect(
        outside,
        "adopt %s g%s".formatted(adoption.job(), adoption.generation()),
        () -> failed("adopt failed"),
        0,
        () -> adoptNow(adoption));
  }

  private Optional<MachineHandle> adoptNow(MachineAdoption adoption) {
    Optional<MachineHandle> found = Optional.empty();
    for (GuestMachine machine : host.surviving(adoption.job())) {
      boolean wanted =
          machine.generation().equals(adoption.generation())
              && !machine.half()
              && adoption.machine().map(machine.handle()::equals).orElse(true)
              && (machine.live() || machine.exit().isPresent());
      if (outside && wanted) {
        machine.adopt(stage, adoption.listener());
        host.foundAgain(machine.job());
        found = Optional.of(machine.handle());
      } else if (outside) {
        host.forget(machine);
      }
    }
    return found;
  }

  @Override
  public CompletionStage<Integer> sweep(Set<JobId> known) {
    return stage.effect(
        outside,
        "sweep " + name(),
        () -> failed("sweep failed"),
        0,
        () -> {
          int ended = 0;
          for (GuestMachine machine : outside ? host.surviving() : List.<GuestMachine>of()) {
            if (!known.contains(machine.job())) {
              ended += machine.live() ? 1 : 0;
              host.forget(machine);
            }
          }
          return ended;
        });
  }

  @Override
  public void close() {
    for (GuestMachine machine : host.live()) {
      if (!outside && machine.madeBy() == stage.life()) {
        machine.end(new ExitStatus.Lost("the daemon stops"));
      }
    }
  }

  /// The number a directory was published under, for wrappers that tamper with it.
  static SnapshotNumber numberOf(Path snapshot) {
    return new SnapshotNumber(Integer.parseInt(snapshot.getFileName().toString()));
  }
}
