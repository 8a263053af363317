package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Exited;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;
import torpor.runtime.wasm.snapshot.PendingCall;

class HostCallsTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

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

  @Test
  void everyCallAnswersAsItsHeaderSaysAlsoAcrossRestores() throws Exception {
    PreparedModule module = lab.prepare("calls");
    lab.clock = Clock.fixed(NOON, ZoneOffset.UTC);
    lab.send("go", "\"first\"");
    lab.send("go", "\"second\"");
    try (Guest guest = lab.fresh(module, "a")) {
      assertThat(GuestLab.await(guest.run()))
          .isEqualTo(new Suspended(new PendingCall.Checkpoint("between")));
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
    }
    Guest guest = next(module, 1, Resumption.of(1));
    guest =
        next(
            guest,
            module,
            new PendingCall.AwaitSignal("sleep-1", "late", Optional.empty()),
            2,
            Resumption.signal("[1,2]".getBytes(UTF_8)));
    guest =
        next(
            guest,
            module,
            new PendingCall.AwaitSignal("sleep-2", "never", Optional.of(Duration.ofMinutes(1))),
            3,
            Resumption.of(-1));
    assertThat(guest.pending()).isEqualTo(new PendingCall.Sleep("sleep-3", Duration.ofHours(1)));
    guest.snapshot(lab.snapshotDirectory("a", 4), 4);
    guest.close();
    lab.clock = Clock.fixed(NOON.plus(Duration.ofHours(1)), ZoneOffset.UTC);
    try (Guest woken = lab.restored(module, "a", lab.snapshotDirectory("a", 4))) {
      assertThat(GuestLab.await(woken.resume(Resumption.of(0)))).isEqualTo(new Exited(0));
    }
    assertThat(lab.text().lines().toList())
        .containsExactly(
            "torpor.checkpoint: a token is 1 to 128 visible ASCII characters",
            "bad token -2",
            "torpor.checkpoint: a token is 1 to 128 visible ASCII characters",
            "empty token -2",
            "torpor.sleep: a sleep of -5 ms is not between 0 and 3153600000000",
            "negative sleep -2",
            "params {\"n\":3}",
            "params cut 7",
            "metadata {\"id\":1}",
            "progress 0",
            "lock 1",
            "unlock 0",
            "unlock again -1",
            "take none -1",
            "take 7 \"first\"",
            "checkpoint 1",
            "take 8 \"second\"",
            "take -1 ",
            "wait 5 [1,2]",
            "wait timeout -1",
            "slept an hour 1",
            "exit 0");
    assertThat(lab.calls)
        .containsExactly("progress 42.5 half", "unlock 1", "exit 0 {\"done\":true}");
  }

  private Guest next(PreparedModule module, int from, Resumption answer) throws Exception {
    Guest guest = lab.restored(module, "a", lab.snapshotDirectory("a", from));
    assertThat(GuestLab.await(guest.resume(answer))).isInstanceOf(Suspended.class);
    return guest;
  }

  /// Expects where the guest is, freezes it, and goes on from there in another one.
  private Guest next(
      Guest guest, PreparedModule module, PendingCall expected, int number, Resumption answer)
      throws Exception {
    assertThat(guest.pending()).isEqualTo(expected);
    guest.snapshot(lab.snapshotDirectory("a", number), number);
    guest.close();
    return next(module, number, answer);
  }

  @Test
  void theSameSleepHasTheSameTokenAfterARestore() throws Exception {
    PreparedModule module = lab.prepare("plain");
    for (String life : new String[] {"a", "b"}) {
      try (Guest guest = lab.fresh(module, life)) {
        assertThat(GuestLab.await(guest.run()))
            .isEqualTo(new Suspended(new PendingCall.Sleep("sleep-1", Duration.ofHours(2))));
      }
    }
  }

  @Test
  void aProgramThatKnowsNothingOfTorporSleepsDurably() throws Exception {
    PreparedModule module = lab.prepare("plain");
    try (Guest guest = lab.fresh(module, "a")) {
      GuestLab.await(guest.run());
      guest.snapshot(lab.snapshotDirectory("a", 1), 1);
    }
    try (Guest guest = lab.restored(module, "b", lab.snapshotDirectory("a", 1))) {
      assertThat(GuestLab.await(guest.resume(Resumption.of(0)))).isEqualTo(new Exited(0));
    }
    assertThat(lab.text()).isEqualTo("before\nafter\n");
  }
}
