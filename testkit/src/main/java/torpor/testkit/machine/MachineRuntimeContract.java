package torpor.testkit.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.PATIENCE;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;
import static torpor.testkit.machine.Answers.failed;
import static torpor.testkit.machine.Answers.refused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// What every [MachineRuntime] must do. A runtime's tests extend this and say how their programs
/// are made; the rest is the same for all.
public abstract class MachineRuntimeContract {
  protected static final JobId JOB = new JobId("01kah0000000000000000000a1");
  protected static final JobId OTHER_JOB = new JobId("01kah0000000000000000000b2");
  protected static final Generation FIRST = new Generation(1);
  private static final Duration GRACE = Duration.ofSeconds(5);

  /// What the runtime is expected to measure on a host that has all it needs.
  public record Expected(
      RuntimeName name, boolean checkpoint, boolean survivesDaemon, String isolation) {}

  /// A program that runs until `tell` is called, and then ends.
  public record Obedient(JsonText config, Tell tell) {}

  /// Tells a program to end; may wait for it to listen.
  @FunctionalInterface
  public interface Tell {
    void run() throws IOException;
  }

  private final List<MachineRuntime> opened = new ArrayList<>();
  private final Set<JobId> started = new HashSet<>();

  @TempDir protected Path data;

  /// Opens the runtime on a data directory, as a daemon that starts.
  protected abstract MachineRuntime open(Path dataDirectory);

  protected abstract Expected expected();

  /// Ends at once with this code.
  protected abstract JsonText exits(int code);

  protected abstract JsonText runsUntilKilled();

  /// Ends with `code` when told to, and not before.
  ///
  /// @param scratch an existing folder for whatever tells it
  protected abstract Obedient exitsWhenTold(int code, Path scratch) throws IOException;

  /// Writes this line and ends with 0.
  protected abstract JsonText prints(String line);

  /// Writes the value of an environment variable and ends with 0.
  ///
  /// @param configured what the definition itself sets it to, where it can
  protected abstract JsonText printsVariable(String name, String configured);

  /// Configurations that are refused, each under the name of the field at fault.
  protected abstract Map<String, JsonText> badConfigs();

  /// Asks for a checkpoint, and ends with 7 once that is answered. For runtimes that can.
  protected Optional<JsonText> asksForCheckpoint() {
    return Optional.empty();
  }

  @AfterEach
  void endAll() {
    opened.forEach(MachineRuntime::close);
    try (MachineRuntime next = open(data)) {
      started.forEach(
          job -> answered(next.kill(job, new Generation(9), Optional.empty(), Duration.ZERO)));
    }
  }

  @Test
  void itSaysWhatItCanDo() {
    MachineRuntime runtime = openRuntime();
    Capabilities found = runtime.capabilities();

    assertThat(runtime.name()).isEqualTo(expected().name());
    assertThat(found.available()).as("%s", found.problems()).isTrue();
    assertThat(found.checkpoint()).isEqualTo(expected().checkpoint());
    assertThat(found.survivesDaemon()).isEqualTo(expected().survivesDaemon());
    assertThat(found.isolation()).isEqualTo(expected().isolation());
  }

  @Test
  void aProgramThatEndsWithZeroIsTold() {
    Endings endings = new Endings();
    MachineRuntime runtime = openRuntime();

    start(runtime, JOB, exits(0), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void anExitCodeIsToldOnce() {
    Endings endings = new Endings();
    MachineRuntime runtime = openRuntime();

    start(runtime, JOB, exits(7), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(7));
    answered(runtime.kill(JOB, FIRST, Optional.empty(), Duration.ZERO));
    runtime.close();
    assertThat(endings.untaken()).isEmpty();
  }

  @Test
  void whatAProgramWritesIsOnItsConsole() throws IOException {
    Endings endings = new Endings();

    start(openRuntime(), JOB, prints("a line of its own"), endings);

    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(console(JOB)).contains("a line of its own");
  }

  @Test
  void theConsoleIsAppendedTo() throws IOException {
    Endings endings = new Endings();
    Files.writeString(consolePath(JOB), "from before\n");

    start(openRuntime(), JOB, prints("from now"), endings);

    endings.next(PATIENCE);
    assertThat(console(JOB)).startsWith("from before\n").contains("from now");
  }

  @Test
  void theEnvironmentOfTheRequestWins() throws IOException {
    Endings endings = new Endings();

    start(openRuntime(), JOB, printsVariable("COLOUR", "configured"), endings);

    endings.next(PATIENCE);
    assertThat(console(JOB)).contains("requested").doesNotContain("configured");
  }

  @Test
  void aKilledMachineIsGoneAndNothingIsTold() {
    Endings endings = new Endings();
    MachineRuntime runtime = openRuntime();
    MachineHandle handle = start(runtime, JOB, runsUntilKilled(), endings);

    answered(runtime.kill(JOB, FIRST, Optional.of(handle), GRACE));

    assertThat(answered(runtime.sweep(Set.of()))).isZero();
    runtime.close();
    assertThat(endings.untaken()).isEmpty();
  }

  @Test
  void toKillNothingSucceeds() {
    answered(openRuntime().kill(JOB, FIRST, Optional.empty(), GRACE));
  }

  @Test
  void toReleaseOrResumeNothingSucceeds() {
    MachineRuntime runtime = openRuntime();

    answered(runtime.release(JOB, FIRST));
    answered(runtime.resume(JOB, FIRST));
  }

  @Test
  void aMachineOutlivesTheDaemonIsAdoptedAndItsEndIsTold() throws IOException {
    Assumptions.assumeTrue(expected().survivesDaemon());
    Obedient program = exitsWhenTold(7, data);
    Endings before = new Endings();
    Endings after = new Endings();
    MachineRuntime first = openRuntime();
    MachineHandle handle = start(first, JOB, program.config(), before);
    first.close();

    Optional<MachineHandle> found =
        answered(openRuntime().adopt(adoption(JOB, Optional.of(handle), after)));
    program.tell().run();

    assertThat(found).contains(handle);
    assertThat(after.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(7));
    assertThat(before.untaken()).isEmpty();
  }

  @Test
  void anAdoptedMachineCanBeKilled() {
    Assumptions.assumeTrue(expected().survivesDaemon());
    Endings endings = new Endings();
    MachineRuntime first = openRuntime();
    MachineHandle handle = start(first, JOB, runsUntilKilled(), new Endings());
    first.close();
    MachineRuntime second = openRuntime();

    answered(second.adopt(adoption(JOB, Optional.of(handle), endings)));
    answered(second.kill(JOB, FIRST, Optional.of(handle), GRACE));

    assertThat(answered(second.sweep(Set.of()))).isZero();
    second.close();
    assertThat(endings.untaken()).isEmpty();
  }

  @Test
  void whatDoesNotOutliveTheDaemonIsGoneAfterwards() {
    Assumptions.assumeFalse(expected().survivesDaemon());
    MachineRuntime first = openRuntime();
    MachineHandle handle = start(first, JOB, runsUntilKilled(), new Endings());
    first.close();

    assertThat(answered(openRuntime().adopt(adoption(JOB, Optional.of(handle), new Endings()))))
        .isEmpty();
  }

  @Test
  void aMachineThatNeverWasIsGone() {
    assertThat(answered(openRuntime().adopt(adoption(JOB, Optional.empty(), new Endings()))))
        .isEmpty();
  }

  @Test
  void aMachineThatWasKilledByAnEarlierDaemonIsNotFoundRunning() {
    MachineRuntime first = openRuntime();
    MachineHandle handle = start(first, JOB, runsUntilKilled(), new Endings());
    answered(first.kill(JOB, FIRST, Optional.of(handle), Duration.ZERO));
    first.close();

    assertThat(answered(openRuntime().adopt(adoption(JOB, Optional.of(handle), new Endings()))))
        .isEmpty();
  }

  @Test
  void badConfigurationIsRefusedWithFieldAndRemedy() {
    MachineRuntime runtime = openRuntime();

    assertThat(badConfigs()).isNotEmpty();
    badConfigs()
        .forEach((field, config) -> {
          Refusal refusal = refused(runtime.check(config));
          assertThat(refusal.field()).as("%s", refusal).contains(field);
          assertThat(refusal.detail()).isNotBlank();
          assertThat(refusal.remedy()).isNotBlank();
        });
  }

  @Test
  void whatWasCompletedOnceIsCompletedToItself() {
    MachineRuntime runtime = openRuntime();
    JsonText once = checked(runtime, exits(0));

    assertThat(checked(runtime, once)).isEqualTo(once);
  }

  @Test
  void aSnapshotIsRefusedAndTheMachineUntouchedWhereThereAreNone() throws IOException {
    Assumptions.assumeFalse(expected().checkpoint());
    Obedient program = exitsWhenTold(7, data);
    Endings endings = new Endings();
    MachineRuntime runtime = openRuntime();
    MachineHandle handle = start(runtime, JOB, program.config(), endings);

    MachineFailure failure =
        failed(runtime.snapshot(target(handle, Files.createDirectory(data.resolve("staging")))));
    program.tell().run();

    assertThat(failure.refusal().code()).isEqualTo(RefusalCode.CHECKPOINT_UNSUPPORTED);
    assertThat(failure.machineLost()).isFalse();
    assertThat(data.resolve("staging")).isEmptyDirectory();
    assertThat(endings.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(7));
  }

  @Test
  void aRestoreIsRefusedWhereThereAreNoSnapshots() {
    Assumptions.assumeFalse(expected().checkpoint());
    MachineRuntime runtime = openRuntime();
    MachineStart start = request(JOB, checked(runtime, exits(0)), new Endings(), new AskingGuest());

    MachineFailure failure = failed(runtime.restore(restore(start, data, new Token("t"))));

    assertThat(failure.refusal().code()).isEqualTo(RefusalCode.CHECKPOINT_UNSUPPORTED);
  }

  @Test
  void aRestoredMachineGoesOnWithTheAnswerToItsCall() throws IOException {
    Assumptions.assumeTrue(expected().checkpoint());
    AskingGuest guest = new AskingGuest();
    Endings before = new Endings();
    Endings after = new Endings();
    MachineRuntime first = openRuntime();
    JsonText config = checked(first, asksForCheckpoint().orElseThrow());
    MachineHandle handle = answered(first.start(request(JOB, config, before, guest)));
    Token token = answered(guest.asked());
    Path staging = Files.createDirectory(data.resolve("staging"));

    answered(first.snapshot(target(handle, staging)));
    Path published = Files.move(staging, data.resolve("published"));
    answered(first.release(JOB, FIRST));
    first.close();
    MachineStart again = request(JOB, config, after, new AskingGuest());
    MachineStart next =
        new MachineStart(
            JOB,
            FIRST.next(),
            config,
            again.env(),
            again.directory(),
            again.console(),
            again.guest(),
            after);
    answered(openRuntime().restore(restore(next, published, token)));

    assertThat(after.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(7));
    assertThat(before.untaken()).isEmpty();
  }

  @Test
  void aSweepEndsStrangersAndSparesTheKnown() throws IOException {
    Obedient known = exitsWhenTold(7, data);
    Endings ofKnown = new Endings();
    Endings ofStranger = new Endings();
    MachineRuntime runtime = openRuntime();
    start(runtime, JOB, known.config(), ofKnown);
    start(runtime, OTHER_JOB, runsUntilKilled(), ofStranger);

    int ended = answered(runtime.sweep(Set.of(JOB)));
    known.tell().run();

    assertThat(ended).isEqualTo(1);
    assertThat(ofKnown.next(PATIENCE)).isEqualTo(new ExitStatus.Exited(7));
    assertThat(answered(runtime.sweep(Set.of(JOB)))).isZero();
    runtime.close();
    assertThat(ofStranger.untaken()).isEmpty();
  }

  protected final MachineRuntime openRuntime() {
    MachineRuntime runtime = open(data);
    opened.add(runtime);
    return runtime;
  }

  /// Checks the configuration and starts its program.
  protected final MachineHandle start(
      MachineRuntime runtime, JobId job, JsonText config, Endings endings) {
    MachineStart request = request(job, checked(runtime, config), endings, new AskingGuest());
    return answered(runtime.start(request));
  }

  protected final MachineStart request(
      JobId job, JsonText checkedConfig, Endings endings, AskingGuest guest) {
    started.add(job);
    return new MachineStart(
        job,
        FIRST,
        checkedConfig,
        Map.of("COLOUR", "requested"),
        directory(job),
        consolePath(job),
        guest,
        endings);
  }

  protected final MachineAdoption adoption(
      JobId job, Optional<MachineHandle> handle, Endings endings) {
    return new MachineAdoption(job, FIRST, handle, directory(job), endings);
  }

  /// The job's own directory, existing.
  protected final Path directory(JobId job) {
    try {
      return Files.createDirectories(data.resolve("instances").resolve(job.ulid()));
    } catch (IOException failed) {
      throw new AssertionError("the job's directory cannot be made", failed);
    }
  }

  protected final Path consolePath(JobId job) {
    return directory(job).resolve("console.log");
  }

  protected final String console(JobId job) throws IOException {
    return Files.readString(consolePath(job));
  }

  private static SnapshotTarget target(MachineHandle handle, Path staging) {
    return new SnapshotTarget(
        JOB, FIRST, handle, SnapshotNumber.FIRST, staging, Optional.empty(), false);
  }

  private static MachineRestore restore(MachineStart start, Path snapshot, Token token) {
    return new MachineRestore(start, snapshot, SnapshotNumber.FIRST, token, Optional.empty());
  }
}
