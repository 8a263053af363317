package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.Job;

/// One compact proof of each promise through the public API; [RealKillsTest] proves them under
/// load.
@Tag("e2e")
class PromisesTest {
  private static final Optional<String> NO_RETRY = Optional.of("{\"max_attempts\":1}");

  @TempDir private Path home;
  private RunningDaemon daemon;
  private Client client;

  @BeforeEach
  void startDaemon() {
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home).with(WasmErrands.options().toArray(String[]::new)));
    client = daemon.client();
    client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), WasmErrands.PATIENT);
    client.define("sleeper", "wasm", Guests.wasm("c/examples/sleeper.wasm"), NO_RETRY);
  }

  @AfterEach
  void nothingIsLeftOver() {
    try (RunningDaemon last = daemon) {
      LeakAudit.demandClean(last);
    }
  }

  private void killAndRestart() {
    daemon.kill9();
    daemon.restart();
  }

  /// The program fails on a payload that is too long for it, with two snapshots kept.
  @Test
  void p1ARestoreTakesTheNewestSnapshotUnlessAnotherIsNamed() {
    String job = client.spawn("sleeper", "null");
    client.awaitHappened(job, "job.suspended", 3);
    client.signal(job, "go", "\"" + "x".repeat(2_000) + "\"");
    assertThat(client.result(job).state()).isEqualTo("failed");

    killAndRestart();
    assertThat(client.retry(job, "{}").good()).isTrue();
    assertThat(client.result(job).state()).isEqualTo("failed");
    assertThat(restoredLast(job)).as("without a name").isEqualTo("3");

    assertThat(client.retry(job, "{\"from\":2}").good()).isTrue();
    client.awaitHappened(job, "job.suspended", 4);
    assertThat(restoredLast(job)).as("by name").isEqualTo("2");
    client.signal(job, "go", "\"short\"");
    assertThat(client.output(job)).hasToString("{\"signal\":\"short\"}");
  }

  private String restoredLast(String job) {
    return client.history(job).events().stream()
        .filter(event -> event.kind().equals("job.restoring"))
        .reduce((_, later) -> later)
        .map(event -> event.attributes().get("snapshot"))
        .orElse("none");
  }

  /// Killed between the beginning of a checkpoint and its commit, again and again.
  @Test
  void p2ACheckpointIsAllOrNothing() {
    String job = client.spawn("counter", "{\"count\":8,\"pause_ms\":100}");
    for (int kills = 1; kills <= 3; kills++) {
      client.awaitHappened(job, "job.checkpoint_started", 4 * kills - 1);
      killAndRestart();
    }
    assertThat(client.output(job).get("sum").asLong()).isEqualTo(204);
    History history = client.ended(job, "job.completed").neverRollsBack();
    assertThat(history.count("job.checkpointed")).as("of %s", history).isEqualTo(16);
    assertThat(history.count("job.restoring")).as("of %s", history).isGreaterThanOrEqualTo(3);
  }

  @Test
  void p3WhatWasAcknowledgedSurvivesTheNextInstant() {
    List<String> spawned = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      spawned.add(client.spawn("sleeper", "{\"number\":%d}".formatted(i)));
    }
    killAndRestart();
    Map<String, String> payloads = new LinkedHashMap<>();
    for (String job : spawned) {
      payloads.put(job, "{\"for\":\"%s\"}".formatted(job));
      assertThat(client.signal(job, "go", payloads.get(job)).status()).isEqualTo(202);
    }
    killAndRestart();

    assertThat(client.jobs().stream().map(Job::id)).containsExactlyInAnyOrderElementsOf(spawned);
    payloads.forEach((job, payload) ->
        assertThat(client.output(job)).hasToString("{\"signal\":" + payload + "}"));
    client.jobs().forEach(job -> client.ended(job.id(), "job.completed"));
  }

  @Test
  void p4TheSameTokenAndTheSameKeyAreTakenOnce() throws IOException {
    String job = client.spawn("counter", "{\"count\":6,\"pause_ms\":200}", "one-key");
    for (int kills = 1; kills <= 3; kills++) {
      client.awaitHappened(job, "job.checkpointed", 3 * kills);
      killAndRestart();
      assertThat(client.spawn("counter", "{\"count\":6,\"pause_ms\":200}", "one-key"))
          .isEqualTo(job);
    }
    Client.Answer other = client.post("/v1/jobs", "{\"definition_name\":\"sleeper\"}", "one-key");
    assertThat(other.status()).as("%s", other).isEqualTo(422);
    assertThat(other.problem().code()).isEqualTo("idempotency.key_reused");

    client.output(job);
    assertThat(client.history(job).count("job.checkpointed")).isEqualTo(12);
    assertThat(client.jobs()).hasSize(1);
  }

  @Test
  void p5ASleepThatFellDueWhileNoDaemonRanEndsAtTheNextStart() {
    String job = client.spawn("sleeper", "null");
    History asleep = client.awaitHappened(job, "job.suspended", 1);
    daemon.kill9();
    Instant due = Instant.parse(asleep.events().getLast().attributes().get("until"));
    Awaitility.await("the sleep is due")
        .atMost(RunningDaemon.PATIENCE)
        .until(() -> Instant.now().isAfter(due.plusSeconds(1)));
    daemon.restart();

    History woken = client.awaitHappened(job, "job.suspended", 3);
    assertThat(woken.count("job.woken", "by", "timer")).as("of %s", woken).isEqualTo(2);
    client.signal(job, "go", "1");
    assertThat(client.output(job)).hasToString("{\"signal\":1}");
    client.ended(job, "job.completed").everySleepEndsOnce();
  }

  /// [BadStartsTest] shows the second daemon and the stale owner; here it is the machine.
  @Test
  void p6AKilledDaemonsMachinesAreNeverDoubled() throws IOException {
    Path record = home.resolve("record");
    client.define("writer", "process", Guests.shell(writer(record)), WasmErrands.PATIENT);
    String job = client.spawn("writer", "null");
    awaitLines(record, 3);
    for (int kills = 0; kills < 3; kills++) {
      killAndRestart();
    }
    awaitLines(record, Files.readAllLines(record).size() + 3);
    client.cancel(job);
    assertThat(client.result(job).state()).isEqualTo("cancelled");

    assertThat(Files.readAllLines(record).stream().distinct())
        .as("the processes that wrote")
        .hasSize(1);
  }

  /// A line with its process id every 50 ms.
  private static String writer(Path record) {
    return "while :; do echo $$ >> %s; sleep 0.05; done".formatted(record);
  }

  private static void awaitLines(Path record, int lines) {
    Awaitility.await(lines + " lines")
        .atMost(RunningDaemon.PATIENCE)
        .until(() -> Files.exists(record) && Files.readAllLines(record).size() >= lines);
  }

  @Test
  void p7AProgramGoesOnWhileNoDaemonRunsAndTheNextOneAdoptsIt() throws IOException {
    Path record = home.resolve("record");
    client.define(
        "writer",
        "process",
        Guests.shell(
            "while [ ! -e %1$s/enough ]; do echo line >> %2$s; sleep 0.05; done; exit 0"
                .formatted(home, record)),
        NO_RETRY);
    String job = client.spawn("writer", "null");
    awaitLines(record, 1);
    client.awaitState(job, "running");

    daemon.kill9();
    awaitLines(record, Files.readAllLines(record).size() + 10);
    daemon.restart();

    Job adopted = client.job(job);
    assertThat(adopted.state()).isEqualTo("running");
    assertThat(adopted.generation()).isEqualTo(1);
    Files.createFile(home.resolve("enough"));
    assertThat(client.result(job).state()).isEqualTo("completed");
  }

  /// It even ended meanwhile, and how is known.
  @Test
  void p7AProgramThatEndedWhileNoDaemonRanKeepsItsExitCode() {
    client.define(
        "ending",
        "process",
        Guests.shell("while [ ! -e %s/enough ]; do sleep 0.05; done; exit 7".formatted(home)),
        NO_RETRY);
    String job = client.spawn("ending", "null");
    client.awaitState(job, "running");
    daemon.kill9();
    create(home.resolve("enough"));
    Awaitility.await("the program's end")
        .atMost(RunningDaemon.PATIENCE)
        .until(() -> MarkedProcess.of(daemon.data()).isEmpty());
    daemon.restart();

    assertThat(client.result(job).exitCode()).contains(7);
    assertThat(client.result(job).failure().orElseThrow().reason()).isEqualTo("exited");
  }

  private static void create(Path file) {
    try {
      Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UncheckedIOException("create " + file, e);
    }
  }

  /// The store is lost with everything in it: what still runs and lies about belongs to nobody.
  @Test
  void p8WhatNoRowOwnsIsEndedAndRemoved() throws IOException {
    client.define("sitter", "process", Guests.shell("sleep 600 & sleep 600"), NO_RETRY);
    String sitter = client.spawn("sitter", "null");
    String sleeper = client.spawn("sleeper", "null");
    client.awaitState(sitter, "running");
    client.awaitHappened(sleeper, "job.suspended", 3);
    daemon.kill9();
    assertThat(MarkedProcess.of(daemon.data())).isNotEmpty();
    try (Stream<Path> files = Files.list(daemon.data())) {
      for (Path file : files.filter(f -> f.toString().contains("torpor.db")).toList()) {
        Files.delete(file);
      }
    }
    daemon.restart();

    assertThat(client.jobs()).isEmpty();
    assertThat(MarkedProcess.of(daemon.data())).isEmpty();
    LeakAudit.demandClean(daemon);
    assertThat(daemon.data().resolve("instances")).isEmptyDirectory();
  }

  /// As a daemon leaves them that is killed in the middle of writing.
  @Test
  void p8HalfWrittenFilesAreRemoved() throws IOException {
    client.output(client.spawn("counter", "{\"count\":1}"));
    daemon.kill9();
    List<Path> leftovers = new ArrayList<>();
    for (String directory : List.of("images/wasm", "cache/wasm/endive-1.0.0", "tmp")) {
      leftovers.add(Files.createTempFile(daemon.data().resolve(directory), "half", ".tmp"));
    }
    daemon.restart();

    assertThat(leftovers).noneMatch(Files::exists);
  }

  /// An ended job that is deleted leaves nothing.
  @Test
  void p8ADeletedJobLeavesNothing() {
    String job = client.spawn("counter", "{\"count\":3}");
    client.output(job);
    assertThat(client.delete("/v1/jobs/" + job + "?remove=true").status()).isEqualTo(204);
    assertThat(client.get("/v1/jobs/" + job).status()).isEqualTo(404);
    Awaitility.await("its directory is gone")
        .atMost(Duration.ofSeconds(60))
        .until(() -> isEmpty(daemon.data().resolve("instances")));
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.findAny().isEmpty();
    }
  }

  @Test
  void p10WhatARuntimeCannotDoIsRefusedBeforeAnythingChanges() {
    client.define(
        "asker",
        "process",
        Guests.shell(
            "code=$(curl -s -o answer.json -w '%{http_code}' -X POST -H 'Content-Type:"
                + " application/json' -d '{\"token\":\"t\",\"suspend_duration\":\"1h\"}'"
                + " \"$TORPOR_API_URL/jobs/$TORPOR_JOB_ID/checkpoint\"); cat answer.json;"
                + " [ \"$code\" = 501 ]"),
        NO_RETRY);
    String job = client.spawn("asker", "null");

    assertThat(client.result(job).state())
        .as("console: %s", client.console(job))
        .isEqualTo("completed");
    assertThat(client.console(job)).contains("checkpoint.unsupported", "remediation");
    History history = client.history(job);
    assertThat(history.count("job.checkpoint_started")).isZero();
    assertThat(history.count("job.suspended")).isZero();
  }
}
