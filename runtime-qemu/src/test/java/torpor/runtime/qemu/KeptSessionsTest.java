package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.KeptSession;
import torpor.engine.caller.KeptSession.End;
import torpor.engine.caller.SessionName;

/// Programs that are taken up again, in real machines.
class KeptSessionsTest extends RealMachines {
  private static final SessionName NAME = new SessionName("a-session-of-this-test");
  private static final String ANSWERS = "while read line; do echo \"$line!\"; done; exit 5";

  private static InstanceId instance(JobId job) {
    return InstanceId.of(job);
  }

  private KeptSession keep(JobId job, String script, Heard heard) {
    return done(runtime().sessions().keep(instance(job), NAME, Programs.shell(script), heard));
  }

  private KeptSession attach(JobId job, long output, Heard heard) {
    return done(runtime().sessions().attach(instance(job), NAME, output, 0, heard));
  }

  private static <T> T done(CompletionStage<Reply<T>> asked) {
    return switch (answered(asked)) {
      case Reply.Done<T>(T value) -> value;
      case Reply.Refused<T>(var refusal) -> throw new AssertionError("refused: " + refusal);
    };
  }

  private static <T> RefusalCode refusalOf(CompletionStage<Reply<T>> asked) {
    return switch (answered(asked)) {
      case Reply.Done<T>(T value) -> throw new AssertionError("not refused: " + value);
      case Reply.Refused<T>(var refusal) -> refusal.code();
    };
  }

  private static void say(KeptSession session, String line) {
    answered(session.input(StandardCharsets.UTF_8.encode(line + "\n")));
  }

  @Test
  void oneThatIsLeftGoesOnAndIsTakenUpWhereItWas() {
    start(ONE);
    Heard first = new Heard();
    KeptSession left = keep(ONE, ANSWERS, first);
    say(left, "a");
    answered(first.until("a!\n"));
    left.leave();

    assertThat(answered(left.ended())).isInstanceOf(End.Detached.class);
    Heard second = new Heard();
    KeptSession again = attach(ONE, first.text().length(), second);
    assertThat(again.marks().input()).isEqualTo("a\n".length());
    say(again, "b");
    answered(again.endInput());

    assertThat(answered(again.ended()))
        .isEqualTo(new End.Exited(new ExitStatus.Exited(5), Optional.empty()));
    assertThat(second.text()).isEqualTo("b!\n");
    // Its end is told as often as it is asked for, until it was let go.
    again.leave();
    KeptSession once = attach(ONE, 0, new Heard());
    assertThat(answered(once.ended())).isInstanceOf(End.Exited.class);
    once.end();
    assertThat(refusalOf(runtime().sessions().attach(instance(ONE), NAME, 0, 0, new Heard())))
        .isEqualTo(RefusalCode.SESSION_NOT_FOUND);
  }

  /// Taken by one who stops in the middle of it, and by another after the machine was restored.
  @Test
  void nothingIsLostOrDoubledAcrossAStandby() throws Exception {
    MachineHandle handle = start(ONE);
    int lines = 20_000;
    Heard first = new Heard();
    Heard stopping = new Heard(first, 60_000);
    KeptSession _ =
        keep(ONE, "i=0; while test $i -lt " + lines + "; do i=$((i+1)); echo $i; done", stopping);
    answered(stopping.full());
    snapshot(ONE, 1, handle, 1, false);
    kill(ONE, 1);
    restore(ONE, 2, snapshots(ONE).resolve("1"));

    Heard second = new Heard();
    second.acknowledging(attach(ONE, first.text().length(), second));

    assertThat(answered(second.end())).isInstanceOf(End.Exited.class);
    assertThat(first.text() + second.text())
        .isEqualTo(
            IntStream.rangeClosed(1, lines)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining("\n", "", "\n")));
  }

  @Test
  void aForkHasASessionOfItsOwn() throws Exception {
    MachineHandle handle = start(ONE);
    Heard heard = new Heard();
    KeptSession source = keep(ONE, ANSWERS, heard);
    say(source, "both");
    answered(heard.until("both!\n"));
    snapshot(ONE, 1, handle, 1, true);
    restore(TWO, 1, snapshots(ONE).resolve("1"));

    Heard forks = new Heard();
    KeptSession fork = attach(TWO, 0, forks);
    say(fork, "fork");
    say(source, "source");

    answered(forks.until("both!\nfork!\n"));
    answered(heard.until("both!\nsource!\n"));
  }

  @Test
  void whatCannotBeTakenUpIsRefused() {
    start(ONE);
    Heard heard = new Heard();
    KeptSession session = keep(ONE, ANSWERS, heard);
    say(session, "a");
    answered(heard.until("a!\n"));

    assertThat(
            refusalOf(
                runtime().sessions().keep(instance(ONE), NAME, Programs.shell("true"), heard)))
        .isEqualTo(RefusalCode.SESSION_EXISTS);
    assertThat(refusalOf(runtime().sessions().attach(instance(ONE), NAME, 1_000, 0, new Heard())))
        .isEqualTo(RefusalCode.SESSION_OFFSET);
    assertThat(session.acknowledge(Source.STDOUT, 1_000)).isFalse();
    // None of that has taken it from who speaks to it.
    say(session, "b");
    answered(heard.until("a!\nb!\n"));

    Heard other = new Heard();
    KeptSession taken = attach(ONE, 0, other);
    assertThat(answered(session.ended())).isEqualTo(new End.Replaced());
    answered(other.until("a!\nb!\n"));
    say(taken, "c");
    answered(other.until("a!\nb!\nc!\n"));
  }

  /// What was written to standard output.
  private static final class Heard implements KeptSession.Caller {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private CompletableFuture<Void> heard = new CompletableFuture<>();
    private final CompletableFuture<Void> full = new CompletableFuture<>();
    private final CompletableFuture<KeptSession> session = new CompletableFuture<>();
    private final Optional<Heard> into;
    private final long most;
    private String awaited = "";

    Heard() {
      this(Optional.empty(), Long.MAX_VALUE);
    }

    /// Takes only so much, and nothing any more after that.
    Heard(Heard into, long most) {
      this(Optional.of(into), most);
    }

    private Heard(Optional<Heard> into, long most) {
      this.into = into;
      this.most = most;
    }

    void acknowledging(KeptSession to) {
      session.complete(to);
    }

    CompletionStage<End> end() {
      return session.thenCompose(KeptSession::ended);
    }

    CompletionStage<Void> full() {
      return full;
    }

    @Override
    public synchronized CompletionStage<Void> write(Source source, ByteBuffer data) {
      if (into.isPresent()) {
        if (into.get().text().length() + data.remaining() > most) {
          full.complete(null);
          return new CompletableFuture<>();
        }
        return into.get().write(source, data);
      }
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      bytes.writeBytes(copy);
      listen();
      long upTo = bytes.size();
      var _ = session.thenAccept(to -> to.acknowledge(source, to.marks().output() + upTo));
      return DONE;
    }

    @Override
    public void inputTaken(long upTo, long limit, boolean unread) {}

    private void listen() {
      if (!awaited.isEmpty() && text().equals(awaited)) {
        heard.complete(null);
      }
    }

    synchronized CompletionStage<Void> until(String all) {
      awaited = all;
      heard = new CompletableFuture<>();
      listen();
      return heard;
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
