package torpor.testkit.sim;

import java.time.Duration;
import java.util.Optional;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.engine.machine.MachineListener;

/// One machine from half-made to gone: its state, its listener and the program in it.
final class GuestMachine {
  private enum State {
    HALF,
    RUNNING,
    FROZEN,
    ENDED
  }

  private final JobId job;
  private final Generation generation;
  private final MachineHandle handle;
  private final boolean survives;
  private final Stage maker;
  private final Life life;
  private State state = State.HALF;

  /// How it ended, where it did so by itself; lies about, as an exit file does, until the machine
  /// is cleared away.
  private Optional<ExitStatus> exit = Optional.empty();

  private Optional<Runnable> held = Optional.empty();
  private Stage daemon;
  private MachineListener listener;

  GuestMachine(
      JobId job,
      Generation generation,
      MachineHandle handle,
      boolean survives,
      Stage maker,
      MachineListener listener) {
    this.job = job;
    this.generation = generation;
    this.handle = handle;
    this.survives = survives;
    this.maker = maker;
    this.daemon = maker;
    this.listener = listener;
    this.life = new Life("%s g%s".formatted(job, generation));
  }

  JobId job() {
    return job;
  }

  Generation generation() {
    return generation;
  }

  MachineHandle handle() {
    return handle;
  }

  boolean survives() {
    return survives;
  }

  Life madeBy() {
    return maker.life();
  }

  Life life() {
    return life;
  }

  Stage stage() {
    return maker;
  }

  boolean live() {
    return state != State.ENDED;
  }

  boolean half() {
    return state == State.HALF;
  }

  boolean running() {
    return state == State.RUNNING;
  }

  boolean frozen() {
    return state == State.FROZEN;
  }

  void begin() {
    state = State.RUNNING;
  }

  void freeze() {
    state = State.FROZEN;
  }

  void thaw() {
    if (state == State.FROZEN) {
      state = State.RUNNING;
      held.ifPresent(work -> maker.scheduler().now(life, work));
      held = Optional.empty();
    }
  }

  /// Does this now, or once it is thawed.
  void whenRunning(Runnable work) {
    if (state == State.FROZEN) {
      held = Optional.of(work);
    } else {
      work.run();
    }
  }

  /// Ends without anybody being told.
  void vanish() {
    state = State.ENDED;
    life.end();
  }

  /// Ends by itself; whoever listens is told some time later, perhaps twice.
  void end(ExitStatus status) {
    if (state == State.ENDED) {
      return;
    }
    maker.trace().say("%s ends: %s", life, status);
    vanish();
    exit = Optional.of(status);
    tell(status);
  }

  Optional<ExitStatus> exit() {
    return exit;
  }

  /// A new daemon has found this machine; it is told of its end, also of one that has been.
  void adopt(Stage newDaemon, MachineListener newListener) {
    daemon = newDaemon;
    listener = newListener;
    exit.ifPresent(this::tell);
  }

  private void tell(ExitStatus status) {
    MachineListener told = listener;
    Stage to = daemon;
    to.later(() -> told.ended(status));
    if (to.dice().chance(to.trouble().duplicates())) {
      to.scheduler()
          .after(to.life(), to.dice().upTo(Duration.ofSeconds(20)), () -> told.ended(status));
    }
  }
}
