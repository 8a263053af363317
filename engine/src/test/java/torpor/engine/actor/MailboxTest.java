package torpor.engine.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import torpor.engine.fake.TasksByHand;
import torpor.engine.serial.LentThread;

@Timeout(10)
class MailboxTest {
  private final TasksByHand threads = new TasksByHand();
  private final List<String> begun = new ArrayList<>();
  private final List<CompletableFuture<Void>> turns = new ArrayList<>();
  private final AtomicInteger idle = new AtomicInteger();

  /// Its turns end when the test ends them.
  private final Mailbox open =
      new Mailbox(
          threads,
          mail -> {
            begun.add(Mails.name(mail));
            CompletableFuture<Void> turn = new CompletableFuture<>();
            turns.add(turn);
            return turn;
          },
          idle::incrementAndGet);

  private static void send(Mailbox mailbox, String name) {
    if (mailbox.add(Mails.mail(name))) {
      mailbox.wakeUp();
    }
  }

  @Test
  void theNextTurnBeginsOnlyWhenTheLastHasEnded() {
    send(open, "a");
    send(open, "b");
    threads.runAll();
    assertThat(begun).containsExactly("a");

    turns.getFirst().complete(null);
    threads.runAll();
    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void noThreadIsOccupiedWhileATurnWaits() {
    send(open, "a");
    threads.runAll();
    send(open, "b");

    assertThat(threads.waiting()).isZero();
    assertThat(open.isEmpty()).isFalse();
  }

  @Test
  void aTurnThatEndsBadlyEndsAllTheSame() {
    send(open, "a");
    send(open, "b");
    threads.runAll();

    turns.getFirst().completeExceptionally(new IllegalStateException("planted"));
    threads.runAll();

    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void tellsEachTimeThatNothingIsLeftToDoAndNotBefore() {
    send(open, "a");
    send(open, "b");
    threads.runAll();
    turns.getFirst().complete(null);
    threads.runAll();
    assertThat(idle).hasValue(0);

    turns.get(1).complete(null);
    threads.runAll();
    assertThat(idle).hasValue(1);
    assertThat(open.isEmpty()).isTrue();

    send(open, "c");
    threads.runAll();
    turns.get(2).complete(null);
    threads.runAll();
    assertThat(idle).hasValue(2);
  }

  @Test
  void turnsThatEndAtOnceAreTakenInOneGo() {
    Mailbox instant =
        new Mailbox(
            threads,
            mail -> {
              begun.add(Mails.name(mail));
              return CompletableFuture.completedFuture(null);
            },
            idle::incrementAndGet);
    IntStream.range(0, 20_000).forEach(i -> send(instant, Integer.toString(i)));
    assertThat(threads.waiting()).isEqualTo(1);

    threads.runAll();

    assertThat(begun).isEqualTo(IntStream.range(0, 20_000).mapToObj(Integer::toString).toList());
    assertThat(idle).hasValue(1);
  }

  @Test
  void aLentThreadTakesTheTurnOfWhatItSends() {
    Mailbox instant = instant(begun);

    LentThread.lend(() -> {
      send(instant, "a");
      assertThat(begun).containsExactly("a");
      assertThat(idle).hasValue(1);
      send(instant, "b");
    });

    assertThat(begun).containsExactly("a", "b");
    assertThat(idle).hasValue(2);
    assertThat(threads.waiting()).isZero();
  }

  @Test
  void aLentThreadDoesNotWaitForAnOpenTurnNorTakeOthers() {
    LentThread.lend(() -> {
      send(open, "a");
      send(open, "b");
    });
    assertThat(begun).containsExactly("a");

    LentThread.lend(() -> turns.getFirst().complete(null));
    assertThat(begun).containsExactly("a");
    threads.runAll();
    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void whatATurnOnALentThreadSendsIsDoneByTheEnginesThreads() {
    List<String> elsewhere = new ArrayList<>();
    Mailbox other = instant(elsewhere);
    List<Mailbox> self = new ArrayList<>();
    Mailbox asked =
        new Mailbox(
            threads,
            mail -> {
              begun.add(Mails.name(mail));
              if (Mails.name(mail).equals("a")) {
                send(other, "x");
                send(self.getFirst(), "b");
              }
              return CompletableFuture.completedFuture(null);
            },
            idle::incrementAndGet);
    self.add(asked);

    LentThread.lend(() -> send(asked, "a"));
    assertThat(begun).containsExactly("a");
    assertThat(elsewhere).isEmpty();

    threads.runAll();
    assertThat(begun).containsExactly("a", "b");
    assertThat(elsewhere).containsExactly("x");
  }

  private Mailbox instant(List<String> names) {
    return new Mailbox(
        threads,
        mail -> {
          names.add(Mails.name(mail));
          return CompletableFuture.completedFuture(null);
        },
        idle::incrementAndGet);
  }

  @Test
  void mailAddedDuringATurnIsHandedOverAfterIt() {
    List<Mailbox> self = new ArrayList<>();
    Mailbox instant =
        new Mailbox(
            threads,
            mail -> {
              if (Mails.name(mail).equals("a")) {
                send(self.getFirst(), "b");
              }
              begun.add(Mails.name(mail));
              return CompletableFuture.completedFuture(null);
            },
            idle::incrementAndGet);
    self.add(instant);

    send(instant, "a");
    threads.runAll();

    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void manyProducersNeverCauseTwoTurnsAtOnceNorLoseMail() throws InterruptedException {
    int producers = 6;
    int each = 2_000;
    AtomicBoolean inTurn = new AtomicBoolean();
    AtomicInteger faults = new AtomicInteger();
    AtomicInteger turnsTaken = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(producers * each);
    CountDownLatch idleAtTheEnd = new CountDownLatch(1);
    Runnable becameIdle =
        () -> {
          if (left.getCount() == 0) {
            idleAtTheEnd.countDown();
          }
        };
    try (ExecutorService pool = Executors.newFixedThreadPool(4);
        ExecutorService givers = Executors.newFixedThreadPool(producers)) {
      Mailbox mailbox =
          new Mailbox(
              pool,
              _ -> {
                if (!inTurn.compareAndSet(false, true)) {
                  faults.incrementAndGet();
                }
                Runnable end =
                    () -> {
                      inTurn.set(false);
                      left.countDown();
                    };
                if (turnsTaken.incrementAndGet() % 3 == 0) {
                  return CompletableFuture.runAsync(end, pool);
                }
                end.run();
                return CompletableFuture.completedFuture(null);
              },
              becameIdle);
      for (int p = 0; p < producers; p++) {
        boolean lent = p % 2 == 0;
        Runnable giving = () -> IntStream.range(0, each).forEach(i -> send(mailbox, "m" + i));
        givers.execute(lent ? () -> LentThread.lend(giving::run) : giving);
      }
      assertThat(idleAtTheEnd.await(8, TimeUnit.SECONDS)).isTrue();
      assertThat(mailbox.isEmpty()).isTrue();
    }
    assertThat(faults).hasValue(0);
    assertThat(turnsTaken).hasValue(producers * each);
  }
}
