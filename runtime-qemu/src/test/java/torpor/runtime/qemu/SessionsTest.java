package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.instance.InstanceId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.FileEntry;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceSessions.CopyIn;
import torpor.engine.caller.InstanceSessions.CopyResult;
import torpor.engine.caller.InstanceSessions.ExecRequest;
import torpor.engine.caller.InstanceSessions.Session;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.caller.InstanceSessions.WindowSize;
import torpor.engine.caller.InstanceStats;

/// Programs and copies in real machines.
class SessionsTest extends RealMachines {
  private static final InstanceId INSTANCE = InstanceId.of(ONE);
  private static final Instant LONG_AGO = Instant.parse("2001-02-03T04:05:06.789Z");
  private static final int MEBIBYTE = 1 << 20;

  private InstanceSessions sessions() {
    return runtime().sessions();
  }

  private static ExecRequest shell(String script) {
    return Programs.shell(script);
  }

  private static ExecRequest onTerminal(String script, WindowSize size) {
    return new ExecRequest(
        List.of("sh", "-c", script),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(size),
        true,
        Optional.empty());
  }

  private Session begin(ExecRequest request, InstanceSessions.Output output) {
    return done(sessions().exec(INSTANCE, request, output));
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

  @Test
  void aProgramHasOutputsApartAndAnExitCode() {
    start(ONE);
    Said said = new Said();
    ExecRequest request =
        new ExecRequest(
            List.of("sh", "-c", "echo $NAME; pwd; echo bad >&2; exit 7"),
            Map.of("NAME", "value"),
            Optional.of("/tmp"),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty());

    assertThat(answered(begin(request, said).exit())).isEqualTo(new ExitStatus.Exited(7));
    assertThat(said.text(Source.STDOUT)).isEqualTo("value\n/tmp\n");
    assertThat(said.text(Source.STDERR)).isEqualTo("bad\n");

    Said nothing = new Said();
    Session unknown =
        begin(
            new ExecRequest(
                List.of("no-such-program"),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty()),
            nothing);
    assertThat(answered(unknown.exit())).isEqualTo(new ExitStatus.Exited(127));
    assertThat(nothing.text(Source.STDERR)).isNotBlank();
  }

  @Test
  void aMebibyteGoesInAndComesOutAgain() {
    start(ONE);
    byte[] bytes = new byte[MEBIBYTE];
    new Random(7).nextBytes(bytes);
    Said said = new Said();
    Session session = begin(shell("cat"), said);

    answered(session.input(ByteBuffer.wrap(bytes)));
    answered(session.endInput());

    assertThat(answered(session.exit())).isEqualTo(new ExitStatus.Exited(0));
    assertThat(said.bytes(Source.STDOUT)).isEqualTo(bytes);
  }

  @Test
  void aTerminalHasASizeAndTakesSignals() {
    start(ONE);
    Said said = new Said();
    Session session =
        begin(
            onTerminal(
                "busybox stty size; trap 'busybox stty size; exit 3' USR1; echo ready;"
                    + " while true; do read line; done",
                new WindowSize(33, 111)),
            said);

    answered(said.untilSaid("ready"));
    answered(session.resize(new WindowSize(44, 222)));
    answered(session.signal(10));
    answered(session.input(StandardCharsets.UTF_8.encode("\n")));

    assertThat(answered(session.exit())).isEqualTo(new ExitStatus.Exited(3));
    assertThat(said.text(Source.STDOUT)).contains("33 111").contains("44 222");
    assertThat(said.text(Source.STDERR)).isEmpty();
    answered(session.signal(10));
  }

  @Test
  void programsEndAtTheirTimeoutBySignalAndWhenClosed() {
    start(ONE);
    ExecRequest sleeps = shell("exec sleep 1000");
    ExecRequest impatient =
        new ExecRequest(
            sleeps.command(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(Duration.ofMillis(200)));

    assertThat(answered(begin(impatient, new Said()).exit()))
        .isInstanceOf(ExitStatus.OutOfTime.class);

    Session signalled = begin(sleeps, new Said());
    answered(signalled.signal(15));
    assertThat(answered(signalled.exit())).isEqualTo(new ExitStatus.Signalled("signal 15"));

    Said said = new Said();
    Session closed = begin(shell("echo $$; exec sleep 1000"), said);
    answered(said.untilSaid("\n"));
    closed.close();
    assertThat(answered(closed.exit())).isInstanceOf(ExitStatus.Lost.class);
    ask(ONE, "while test -d /proc/" + said.text(Source.STDOUT).strip() + "; do :; done");
  }

  @Test
  void aSlowConsumerHoldsTheProgramUp() {
    start(ONE);
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
    Said said = new Said();
    Session session =
        begin(
            shell("dd if=/dev/zero bs=64k count=16 2>/dev/null && touch /tmp/all-said"),
            (source, bytes) -> {
              var _ = said.write(source, bytes);
              first.complete(null);
              return mayGoOn;
            });

    answered(first);
    ask(ONE, "test ! -e /tmp/all-said");
    int before = said.bytes(Source.STDOUT).length;
    mayGoOn.complete(null);

    assertThat(answered(session.exit())).isEqualTo(new ExitStatus.Exited(0));
    assertThat(before).isLessThanOrEqualTo(32 * 1024);
    assertThat(said.bytes(Source.STDOUT)).hasSize(MEBIBYTE);
  }

  @Test
  void aConsumerThatFailsEndsTheProgram() {
    start(ONE);
    Session session =
        begin(
            shell("while true; do echo more; done"),
            (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("nobody there")));

    assertThat(answered(session.exit())).isEqualTo(new ExitStatus.Lost("nobody there"));
  }

  @Test
  void aTreeGoesInAndComesOutAsItWas() {
    start(ONE);
    byte[] large = new byte[MEBIBYTE / 2];
    new Random(8).nextBytes(large);
    List<FileEntry> tree =
        List.of(
            entry("a", FileEntry.Kind.DIRECTORY, 0710, 0, ""),
            entry("a/empty", FileEntry.Kind.FILE, 0600, 0, ""),
            entry("a/large", FileEntry.Kind.FILE, 04755, large.length, ""),
            entry("a/link", FileEntry.Kind.LINK, 0777, 0, "../a/large"));
    CopyIn into = done(sessions().copyIn(INSTANCE, "/tmp"));
    for (FileEntry entry : tree) {
      answered(into.entry(entry));
      if (entry.size() > 0) {
        answered(into.content(ByteBuffer.wrap(large, 0, 1000)));
        answered(into.content(ByteBuffer.wrap(large, 1000, large.length - 1000)));
      }
    }
    answered(into.entry(entry("a/device", FileEntry.Kind.OTHER, 0600, 0, "")));
    CopyResult written = done(into.end());
    assertThat(written.bytes()).isEqualTo(large.length);
    assertThat(written.messages()).singleElement().asString().startsWith("a/device");

    ask(ONE, "busybox mkfifo /tmp/a/pipe");
    Copied copied = new Copied();
    CopyResult read = done(sessions().copyOut(INSTANCE, "/tmp/a", false, copied));

    assertThat(read.bytes()).isEqualTo(large.length);
    assertThat(read.messages()).singleElement().asString().contains("pipe");
    assertThat(copied.content("large")).isEqualTo(large);
    assertThat(copied.entries().getFirst())
        .usingRecursiveComparison()
        .ignoringFields("modified")
        .isEqualTo(entry(".", FileEntry.Kind.DIRECTORY, 0710, 0, ""));
    assertThat(copied.entries())
        .hasSize(4)
        .contains(
            entry("empty", FileEntry.Kind.FILE, 0600, 0, ""),
            entry("large", FileEntry.Kind.FILE, 04755, large.length, ""),
            entry("link", FileEntry.Kind.LINK, 0777, 0, "../a/large"));

    assertThat(done(sessions().stat(INSTANCE, "/tmp/a/link", false)))
        .contains(entry("/tmp/a/link", FileEntry.Kind.LINK, 0777, 0, "../a/large"));
    assertThat(done(sessions().stat(INSTANCE, "/tmp/a/link", true)))
        .contains(entry("/tmp/a/link", FileEntry.Kind.FILE, 04755, large.length, ""));
    assertThat(done(sessions().stat(INSTANCE, "/tmp/nothing", true))).isEmpty();
    assertThat(done(sessions().stat(INSTANCE, "/dev/null", true)).map(FileEntry::kind))
        .contains(FileEntry.Kind.OTHER);
  }

  private static FileEntry entry(
      String path, FileEntry.Kind kind, int mode, long size, String target) {
    return new FileEntry(
        path,
        kind,
        mode,
        1,
        2,
        LONG_AGO,
        size,
        target.isEmpty() ? Optional.empty() : Optional.of(target));
  }

  @Test
  void copiesThatCannotBeAreRefused() {
    start(ONE);

    assertThat(refusalOf(sessions().copyOut(INSTANCE, "/tmp/nothing", false, new Copied())))
        .isEqualTo(RefusalCode.EXEC_FAILED);
    CopyIn nowhere = done(sessions().copyIn(INSTANCE, "/tmp/nothing"));
    answered(nowhere.entry(entry("a", FileEntry.Kind.DIRECTORY, 0700, 0, "")));
    assertThat(refusalOf(nowhere.end())).isEqualTo(RefusalCode.EXEC_FAILED);
    CopyIn outside = done(sessions().copyIn(INSTANCE, "/tmp"));
    answered(outside.entry(entry("../a", FileEntry.Kind.DIRECTORY, 0700, 0, "")));
    assertThat(refusalOf(outside.end())).isEqualTo(RefusalCode.EXEC_FAILED);
    CopyIn unfinished = done(sessions().copyIn(INSTANCE, "/tmp"));
    answered(unfinished.entry(entry("a", FileEntry.Kind.FILE, 0700, 5, "")));
    assertThat(refusalOf(unfinished.end())).isEqualTo(RefusalCode.REQUEST_INVALID);
    assertThat(refusalOf(sessions().stat(INSTANCE, "tmp", false)))
        .isEqualTo(RefusalCode.REQUEST_INVALID);
  }

  @Test
  void whatTheMachineUsesIsMeasured() {
    start(ONE);

    InstanceStats stats = done(sessions().stats(INSTANCE));

    assertThat(stats.cpu()).isPositive();
    assertThat(stats.residentBytes()).isPositive().isLessThan(stats.virtualBytes());
  }

  @Test
  void aSessionEndsWithItsMachineAndNoneBeginsWithoutOne() throws Exception {
    MachineHandle handle = start(ONE);
    Said said = new Said();
    Session session = begin(shell("echo ready; exec sleep 1000"), said);
    answered(said.untilSaid("ready"));
    snapshot(ONE, 1, handle, 1, false);

    assertThat(refusalOf(sessions().exec(INSTANCE, shell("true"), new Said())))
        .isEqualTo(RefusalCode.INSTANCE_STATE);
    kill(ONE, 1);

    assertThat(answered(session.exit())).isInstanceOf(ExitStatus.Lost.class);
    answered(session.input(StandardCharsets.UTF_8.encode("more")));
    assertThat(refusalOf(sessions().exec(INSTANCE, shell("true"), new Said())))
        .isEqualTo(RefusalCode.INSTANCE_STATE);
    assertThat(refusalOf(sessions().stats(INSTANCE))).isEqualTo(RefusalCode.INSTANCE_STATE);
  }

  @Test
  void aProgramOfAnEarlierLifeGoesOnUnheard() throws Exception {
    MachineHandle handle = start(ONE);
    Said said = new Said();
    Session _ =
        begin(shell("echo ready; cat; dd if=/dev/zero bs=64k count=16 && touch /tmp/ended"), said);
    answered(said.untilSaid("ready"));
    snapshot(ONE, 1, handle, 1, false);
    kill(ONE, 1);

    restore(ONE, 2, snapshots(ONE).resolve("1"));

    ask(ONE, "while test ! -e /tmp/ended; do :; done");
  }
}
