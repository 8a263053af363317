package torpor.runtime.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Wake;
import torpor.core.wake.Waker;
import torpor.engine.machine.MachineFailure;
import torpor.runtime.wasm.memory.OutOfBudgetException;

class WasmRuntimeTest {
  @TempDir Path root;
  private TinyEngine engine;

  @BeforeEach
  void open() {
    engine = new TinyEngine(root, settings -> settings);
  }

  @AfterEach
  void close() {
    engine.runtime().close();
  }

  private JsonText definition(String module, String... arguments) throws Exception {
    Path file = root.resolve(module + ".wasm");
    try (InputStream in = getClass().getResourceAsStream("/wasm/" + module + ".wasm")) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    String quoted = arguments.length == 0 ? "" : "\"" + String.join("\",\"", arguments) + "\"";
    return engine.check(
        "{\"module\":\"%s\",\"args\":[%s],\"env\":{\"WORKER_NAME\":\"w\"}}"
            .formatted(file, quoted));
  }

  @Test
  void aJobThatCheckpointsGoesOnInTheSameLifeAndEnds() throws Exception {
    JsonText config = definition("worker", "3");
    assertThat(engine.start(config).text()).startsWith("wasm:job_");
    assertThat(engine.next()).isEqualTo(new ExitStatus.Exited(7));
    assertThat(engine.asked)
        .extracting(asked -> asked.token().text())
        .containsExactly("step-1", "step-2", "step-3");
    assertThat(engine.facts.get(0).parent()).isEmpty();
    assertThat(engine.facts.get(1).parent()).contains(new SnapshotNumber(1));
    assertThat(engine.console()).contains("w step 3 memory intact").doesNotContain("error");
  }

  @Test
  void aSleepingJobHoldsNothingAndWakesInANewDaemon() throws Exception {
    JsonText config = definition("plain");
    engine.start(config);
    assertThat(engine.next())
        .isInstanceOfSatisfying(Waker.class, waker -> assertThat(waker.at()).isPresent());
    engine.restartDaemon();
    engine.restore(config, Optional.of(new Wake.Timer()));
    assertThat(engine.next()).isEqualTo(new ExitStatus.Exited(0));
    assertThat(engine.console()).isEqualTo("before\nafter\n");
  }

  @Test
  void signalsSleepsLocksAndTheResultGoThroughTheEngine() throws Exception {
    JsonText config = definition("calls");
    engine.inbox.add(TinyEngine.signal("go", "\"first\""));
    engine.inbox.add(TinyEngine.signal("go", "\"second\""));
    engine.start(config);
    assertThat(engine.next()).isEqualTo(new Waker(Optional.empty(), Optional.of("late")));
    engine.restore(config, Optional.of(new Wake.BySignal(TinyEngine.signal("late", "{\"a\":1}"))));
    assertThat(engine.next())
        .isInstanceOfSatisfying(
            Waker.class,
            waker -> {
              assertThat(waker.signal()).contains("never");
              assertThat(waker.at()).isPresent();
            });
    engine.restore(config, Optional.of(new Wake.Timer()));
    assertThat(engine.next()).isInstanceOf(Waker.class);
    engine.restore(config, Optional.of(new Wake.Manual()));
    assertThat(engine.next()).isEqualTo(new ExitStatus.Exited(0));
    assertThat(engine.console())
        .contains("take 7 \"first\"", "take 8 \"second\"", "wait 7 {\"a\":1}", "wait timeout -1")
        .contains("unlock again -1", "\"job_id\":\"job_01jd")
        .contains("exit 0");
    assertThat(engine.calls).contains("exit 0 {\"done\":true}");
  }

  @Test
  void aSecondRestoreOfTheSameSnapshotStartsFromTheSameMoment() throws Exception {
    JsonText config = definition("worker", "4");
    engine.start(config);
    assertThat(engine.next()).isInstanceOf(Waker.class);
    for (int life = 0; life < 2; life++) {
      engine.restore(config, Optional.of(new Wake.Timer()));
      assertThat(engine.next()).isEqualTo(new ExitStatus.Exited(7));
    }
    assertThat(engine.console().lines().filter(line -> line.startsWith("w done")).distinct())
        .hasSize(1);
  }

  @Test
  void aKilledMachineIsGoneAndItsListenerIsNotTold() throws Exception {
    JsonText config = definition("loop");
    engine.start(config);
    engine.kill();
    engine.kill();
    assertThat(engine.happenings).isEmpty();
    assertThat(TinyEngine.await(engine.runtime().sweep(Set.of()))).isZero();
  }

  @Test
  void aKillThatComesWhileAMachineIsBeingMadeEndsIt() throws Exception {
    JsonText config = definition("loop");
    var starting = engine.startLater(config);
    engine.kill();
    TinyEngine.await(starting.handle((machine, killed) -> true));
    assertThat(TinyEngine.await(engine.runtime().sweep(Set.of()))).isZero();
    assertThat(engine.happenings).isEmpty();
  }

  @Test
  void itMeasuresThatGuestsCanBeFrozenHere() {
    assertThat(SelfTest.freezing()).isEmpty();
    assertThat(SelfTest.compilerFlag()).as("the flag is set for these tests").isEmpty();
    assertThat(engine.runtime().capabilities().problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.what()).contains("wasm-opt is not installed"));
  }

  @Test
  void aMachineThatComputesRefusesToBeFrozenFromOutside() throws Exception {
    engine.start(definition("loop"));
    assertThatThrownBy(() -> TinyEngine.await(engine.snapshotNow()))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MachineFailure.class,
            failure -> {
              assertThat(failure.refusal().code()).isEqualTo(RefusalCode.CHECKPOINT_UNSUPPORTED);
              assertThat(failure.machineLost()).isFalse();
            });
    assertThat(TinyEngine.await(engine.runtime().sweep(Set.of()))).isEqualTo(1);
  }

  @Test
  void aRefusedCheckpointIsAnErrorToTheProgramWhichGoesOn() throws Exception {
    engine.refusal = Optional.of(Refusal.of(RefusalCode.NO_SPACE, "the disk is full", "free some"));
    engine.start(definition("worker", "2"));
    assertThat(engine.next()).isEqualTo(new ExitStatus.Exited(7));
    assertThat(engine.console()).contains("error -5", "torpor: the disk is full");
    assertThat(engine.console()).contains("step 2 memory intact");
  }

  @Test
  void aDamagedSnapshotIsRefusedAndNothingIsLeft() throws Exception {
    JsonText config = definition("plain");
    engine.start(config);
    engine.next();
    Path state = root.resolve("snapshots").resolve("1").resolve("state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    assertThatThrownBy(() -> engine.restore(config, Optional.empty()))
        .cause()
        .isInstanceOfSatisfying(
            MachineFailure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(MachineFailure.Kind.SNAPSHOT);
              assertThat(failure.refusal().code()).isEqualTo(RefusalCode.SNAPSHOT_INCOMPATIBLE);
              assertThat(failure.refusal().detail()).contains("checksum");
            });
    assertThat(TinyEngine.await(engine.runtime().sweep(Set.of()))).isZero();
  }

  /// A node on which all guests together may hold this much.
  private void reopen(long memoryBytes) {
    engine.runtime().close();
    engine = new TinyEngine(root, settings -> settings.withMemoryBytes(memoryBytes));
  }

  private MachineFailure notStarted(JsonText config) {
    ExecutionException failed =
        catchThrowableOfType(ExecutionException.class, () -> engine.start(config));
    return (MachineFailure) Objects.requireNonNull(failed.getCause());
  }

  @Test
  void aFullNodeRefusesToStartAndSaysWhy() throws Exception {
    JsonText first = definition("loop");
    JsonText second = definition("worker");
    reopen(1 << 16);
    Throwable tooBig = Objects.requireNonNull(notStarted(second).getCause());
    long needed = ((OutOfBudgetException) tooBig).wantedBytes();
    reopen(needed);
    engine.start(first);

    assertThat(notStarted(second).refusal().code()).isEqualTo(RefusalCode.NO_CAPACITY);
  }

  @Test
  void aModuleThatNoNodeOfThisSizeCanHoldIsAtFaultItself() throws Exception {
    JsonText config = definition("worker");
    reopen(1 << 16);

    MachineFailure failure = notStarted(config);

    assertThat(failure.kind()).isEqualTo(MachineFailure.Kind.IMAGE);
    assertThat(failure.refusal().code()).isEqualTo(RefusalCode.IMAGE_INVALID);
    assertThat(failure.refusal().field()).contains("wasm.memory");
    assertThat(failure.getMessage()).contains("more than the 65536 that wasm.memory allows");
  }

  @Test
  void aSnapshotThatNoNodeOfThisSizeCanHoldIsAtFaultItself() throws Exception {
    JsonText config = definition("plain");
    engine.start(config);
    engine.next();
    engine.restartDaemon(settings -> settings.withMemoryBytes(1 << 16));

    assertThatThrownBy(() -> engine.restore(config, Optional.of(new Wake.Timer())))
        .cause()
        .isInstanceOfSatisfying(
            MachineFailure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(MachineFailure.Kind.SNAPSHOT);
              assertThat(failure.refusal().code()).isEqualTo(RefusalCode.SNAPSHOT_INCOMPATIBLE);
              assertThat(failure.refusal().field()).contains("wasm.memory");
            });
  }

  @Test
  void aTrapIsAFailureWithItsReason() throws Exception {
    engine.start(definition("calls", "trap"));
    assertThat(engine.next())
        .isInstanceOfSatisfying(
            ExitStatus.Signalled.class, s -> assertThat(s.what()).startsWith("trap: "));
  }
}
