package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Killed;
import torpor.runtime.wasm.guest.RunOutcome.OutOfMemory;
import torpor.runtime.wasm.guest.RunOutcome.OutOfTime;
import torpor.runtime.wasm.guest.RunOutcome.Trapped;

class LimitsTest {
  @TempDir Path root;
  private GuestLab lab;

  @BeforeEach
  void open() {
    lab = new GuestLab(root);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private RunOutcome outcome(String module, String... arguments) throws Exception {
    try (Guest guest = lab.fresh(lab.prepare(module), "limited-" + module, arguments)) {
      return GuestLab.await(guest.run());
    }
  }

  @Test
  void anEndlessLoopIsInterruptedWhenItsProcessorTimeIsUp() throws Exception {
    lab.limits = new GuestLimits(1 << 20, Duration.ofMillis(200), 1 << 20);
    assertThat(outcome("loop")).isInstanceOf(OutOfTime.class);
  }

  @Test
  void anEndlessLoopIsInterruptedByTheInterpreterToo() throws Exception {
    lab.engine = ModuleLibrary.Engine.INTERPRETER;
    lab.limits = new GuestLimits(1 << 20, Duration.ofMillis(200), 1 << 20);
    assertThat(outcome("loop")).isInstanceOf(OutOfTime.class);
  }

  @Test
  void aRunawayGuestIsKilledAndItsNeighbourDoesNotNotice() throws Exception {
    try (Guest runaway = lab.fresh(lab.prepare("loop"), "runaway");
        Guest neighbour = lab.fresh(lab.prepare("worker"), "neighbour", "3")) {
      CompletableFuture<RunOutcome> looping = runaway.run();
      assertThat(lab.runThrough(neighbour)).isEqualTo(new Exited(7));
      assertThat(looping).isNotDone();
      runaway.interrupt();
      assertThat(GuestLab.await(looping)).isEqualTo(new Killed());
    }
    assertThat(lab.text()).contains("step 3 memory intact");
    assertThat(lab.budget.reservedBytes()).isZero();
  }

  @Test
  void aGuestThatNeverStopsCallingTheHostIsKilledToo() throws Exception {
    try (Guest runaway = lab.fresh(lab.prepare("calls"), "spin", "spin")) {
      CompletableFuture<RunOutcome> spinning = runaway.run();
      runaway.interrupt();
      assertThat(GuestLab.await(spinning)).isEqualTo(new Killed());
    }
  }

  @Test
  void aShortSleepInPlaceIsInterrupted() throws Exception {
    lab.durableFrom = Duration.ofHours(2);
    try (Guest guest = lab.fresh(lab.prepare("calls"), "nap", "nap")) {
      CompletableFuture<RunOutcome> napping = guest.run();
      guest.interrupt();
      assertThat(GuestLab.await(napping)).isEqualTo(new Killed());
    }
  }

  @Test
  void memoryBeyondTheLimitIsRefusedAndNamedAsTheReasonOfTheTrap() throws Exception {
    lab.limits = new GuestLimits(8 << 20, Duration.ofMinutes(1), 1 << 20);
    assertThat(outcome("grow"))
        .isInstanceOfSatisfying(
            OutOfMemory.class, o -> assertThat(o.detail()).contains("limit of 8388608 bytes"));
    assertThat(lab.budget.reservedBytes()).isZero();
  }

  @Test
  void aTrapEndsTheGuestAndNamesItself() throws Exception {
    assertThat(outcome("calls", "trap")).isInstanceOf(Trapped.class);
    assertThat(outcome("calls", "wild"))
        .isInstanceOfSatisfying(
            Trapped.class, t -> assertThat(t.what()).contains("out of bounds memory access"));
  }

  @Test
  void endlessRecursionEndsTheGuestOnly() throws Exception {
    assertThat(outcome("calls", "recurse")).isInstanceOf(Trapped.class);
    assertThat(outcome("worker", "0")).isEqualTo(new Exited(7));
  }

  @Test
  void aModuleThatDeclaresFourGigabytesIsRefused() {
    assertThatThrownBy(() -> lab.prepare("huge"))
        .isInstanceOfSatisfying(
            ModuleRefusedException.class, e -> assertThat(e.remedy()).contains("limits.memory"))
        .hasMessageContaining("declares 4096 MiB of memory from the start, the limit is 64 MiB");
  }

  @Test
  void whatIsNotAModuleIsRefused() {
    for (byte[] bytes :
        new byte[][] {{}, "#!/bin/sh".getBytes(UTF_8), {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 99}}) {
      assertThatThrownBy(() -> lab.library().add(bytes, 1 << 20))
          .isInstanceOf(ModuleRefusedException.class)
          .hasMessageContaining("not a WebAssembly module");
    }
  }

  @Test
  void aModuleWithoutInstrumentationIsRefusedWithTheCommandToRun() {
    assertThatThrownBy(() -> lab.prepare("plain.plain"))
        .isInstanceOfSatisfying(
            ModuleRefusedException.class,
            e ->
                assertThat(e.remedy())
                    .contains("wasm-opt")
                    .contains("torpor.wait_signal,wasi_snapshot_preview1.poll_oneoff"));
  }
}
