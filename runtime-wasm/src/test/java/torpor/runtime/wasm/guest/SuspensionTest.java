package torpor.runtime.wasm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;
import torpor.runtime.wasm.snapshot.PendingCall;

class SuspensionTest {
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

  private String uninterrupted(String... arguments) throws Exception {
    try (GuestLab other = new GuestLab(root);
        Guest guest = other.fresh(other.prepare("worker"), "uninterrupted", arguments)) {
      assertThat(other.runThrough(guest)).isEqualTo(new Exited(7));
      return other.text();
    }
  }

  @Test
  void aGuestStopsInsideADeepCallAndGoesOnWithEveryLocalIntact() throws Exception {
    try (Guest guest = lab.fresh(lab.prepare("worker"), "a", "4")) {
      RunOutcome outcome = GuestLab.await(guest.run());
      assertThat(outcome).isEqualTo(new Suspended(new PendingCall.Checkpoint("step-1")));
      assertThat(GuestLab.await(guest.resume(Resumption.of(0))))
          .isEqualTo(new Suspended(new PendingCall.Checkpoint("step-2")));
      outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      while (outcome instanceof Suspended) {
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      }
      assertThat(outcome).isEqualTo(new Exited(7));
      assertThat(lab.text()).contains("step 4 memory intact list 30").doesNotContain("CORRUPT");
    }
  }

  @Test
  void twentyRestoresInARowEndAsTheUninterruptedRun() throws Exception {
    String expected = uninterrupted("20");
    assertThat(frozenAtEveryStep(20)).isEqualTo(expected);
  }

  @Test
  void aSnapshotGoesFromTheCompilerToTheInterpreterAndBack() throws Exception {
    String expected = uninterrupted("4");
    PreparedModule compiled = lab.prepare("worker");
    lab.engine = ModuleLibrary.Engine.INTERPRETER;
    PreparedModule interpreted = lab.prepare("worker");
    RunOutcome outcome;
    try (Guest guest = lab.fresh(compiled, "a", "4")) {
      outcome = GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
    }
    int number = 1;
    while (outcome instanceof Suspended) {
      PreparedModule module = number % 2 == 1 ? interpreted : compiled;
      Path from = lab.snapshotDirectory("a", number++);
      try (Guest guest = lab.restored(module, "a", from, "4")) {
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        if (outcome instanceof Suspended) {
          guest.snapshot(lab.snapshotDirectory("a", number), number);
        }
      }
    }
    assertThat(lab.text()).isEqualTo(expected);
  }

  private String frozenAtEveryStep(int steps) throws Exception {
    PreparedModule module = lab.prepare("worker");
    RunOutcome outcome;
    try (Guest guest = lab.fresh(module, "a", Integer.toString(steps))) {
      outcome = GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
    }
    int number = 1;
    while (outcome instanceof Suspended) {
      Path from = lab.snapshotDirectory("a", number++);
      try (Guest guest = lab.restored(module, "a", from, Integer.toString(steps))) {
        deleteAll(from);
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
        if (outcome instanceof Suspended) {
          guest.snapshot(lab.snapshotDirectory("a", number), number);
        }
      }
    }
    assertThat(outcome).isEqualTo(new Exited(7));
    assertThat(number).isEqualTo(steps + 1);
    assertThat(lab.budget.reservedBytes()).isZero();
    return lab.text();
  }

  /// A snapshot is only needed until the guest is there: its own links carry the chain.
  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Test
  void theSecondSnapshotHoldsOnlyWhatChanged() throws Exception {
    try (Guest guest = lab.fresh(lab.prepare("worker"), "a", "3", "8192")) {
      GuestLab.await(guest.run());
      long full = guest.snapshot(lab.snapshotDirectory("a", 1), 1).bytes();
      GuestLab.await(guest.resume(Resumption.of(0)));
      long delta = guest.snapshot(lab.snapshotDirectory("a", 2), 2).bytes();
      assertThat(full).isGreaterThan(4_000_000);
      assertThat(delta).isLessThan(40_000);
      try (Stream<Path> files = Files.list(lab.snapshotDirectory("a", 2))) {
        List<String> names = files.map(f -> f.getFileName().toString()).sorted().toList();
        assertThat(names).containsExactly("manifest", "pages-1", "pages-2", "state");
      }
    }
  }

  @Test
  void tablesGlobalsAndDroppedSegmentsAreRestored() throws Exception {
    for (ModuleLibrary.Engine engine : ModuleLibrary.Engine.values()) {
      lab.engine = engine;
      PreparedModule module = lab.prepare("tables");
      try (Guest guest = lab.fresh(module, "a")) {
        assertThat(GuestLab.await(guest.run())).isInstanceOf(Suspended.class);
        guest.snapshot(lab.snapshotDirectory("a", 1), 1);
      }
      try (Guest guest = lab.restored(module, "a", lab.snapshotDirectory("a", 1))) {
        assertThat(GuestLab.await(guest.resume(Resumption.of(1))))
            .as("the only trap is the one for taking from a dropped segment")
            .isInstanceOfSatisfying(
                RunOutcome.Trapped.class,
                trapped -> assertThat(trapped.what()).contains("out of bounds memory access"));
      }
    }
  }
}
