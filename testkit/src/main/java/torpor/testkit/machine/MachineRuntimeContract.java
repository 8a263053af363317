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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.Token;
import torpor.engine.machine.Capabilities;
import torpor.engine.machine.MachineFailure;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;

/// What every [MachineRuntime] must do. A runtime's tests extend this and say how their programs
/// are made; the rest is the same for all.
public abstract class MachineRuntimeContract extends RuntimeUnderTest {
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
}
