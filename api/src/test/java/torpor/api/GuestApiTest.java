package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.api.TestServer.problem;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import torpor.api.fake.SampleJobs;
import torpor.core.definition.JsonText;
import torpor.core.job.ExitResult;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.job.JobLimits;
import torpor.core.snapshot.Token;
import torpor.core.wake.Waker;
import torpor.wire.WireJson;
import torpor.wire.guest.CheckpointAnswer;
import torpor.wire.guest.GuestMetadata;
import torpor.wire.guest.LockAnswer;
import torpor.wire.guest.SignalList;

@Timeout(20)
class GuestApiTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private final JobId id = SampleJobs.id(0);

  private String path(String call) {
    return "/s/" + TestServer.secretOf(id) + "/jobs/" + id + "/" + call;
  }

  @Test
  void aCheckpointIsAnsweredWithTheLifeItIsAnsweredIn() throws Exception {
    HttpResponse<String> answer = server.post(path("checkpoint"), "{\"token\":\"t1\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    CheckpointAnswer checkpoint = WireJson.read(answer.body(), CheckpointAnswer.class);
    assertThat(checkpoint.job().state()).isEqualTo("running");
    assertThat(checkpoint.token()).isEqualTo("t1");
    assertThat(checkpoint.generation()).isEqualTo(2);
    assertThat(checkpoint.restoredFrom()).contains(1);
    assertThat(checkpoint.snapshot()).isEqualTo(1);
    assertThat(checkpoint.wokenBy()).isEmpty();
    assertThat(answer.body()).contains("\"woken_by\":null");
    assertThat(answer.headers().firstValue("Torpor-Generation")).contains("2");
    assertThat(answer.headers().firstValue("Torpor-Restored-From")).contains("1");
    assertThat(answer.headers().firstValue("Torpor-Now")).contains("2026-11-20T10:00:00Z");
  }

  @Test
  void aSleepReachesTheEngineAsAWaker() throws Exception {
    server.post(
        path("checkpoint"),
        "{\"token\":\"t\",\"suspend_duration\":\"4s\",\"until_signal\":\"go\",\"label\":\"L\"}");
    assertThat(server.guests.asked)
        .containsExactly(
            new JobEvent.CheckpointAsked(
                Optional.empty(),
                new Token("t"),
                Optional.of(
                    new Waker(Optional.of(TestServer.NOW.plusSeconds(4)), Optional.of("go"))),
                Optional.of("L")));
  }

  @Test
  void aSleepUntilAnInstantMayNameAnyOffset() throws Exception {
    server.post(
        path("checkpoint"), "{\"token\":\"t\",\"suspend_until\":\"2026-11-20T13:00:00+02:00\"}");
    assertThat(server.guests.asked.element())
        .extracting(e -> ((JobEvent.CheckpointAsked) e).waker())
        .isEqualTo(
            Optional.of(
                new Waker(Optional.of(TestServer.NOW.plusSeconds(3600)), Optional.empty())));
  }

  @Test
  void whatWokeTheJobIsToldWithTheSignalDigitByDigit() throws Exception {
    HttpResponse<String> answer =
        server.post(path("checkpoint"), "{\"token\":\"t\",\"until_signal\":\"*\"}");
    assertThat(answer.body())
        .contains(
            "\"woken_by\":{\"kind\":\"signal\",\"signal\":"
                + "{\"name\":\"go\",\"payload\":{\"n\":1.10},\"seq\":7}}");
  }

  @Test
  void triesThatTheWorkerGivesUpJoinOneCheckpoint() throws Exception {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    server.guests.settled = durable;
    String body = "{\"token\":\"same\",\"suspend_duration\":\"1s\"}";
    for (int i = 0; i < 3; i++) {
      HttpRequest.Builder impatient =
          server
              .request(path("checkpoint"))
              .timeout(Duration.ofMillis(150))
              .POST(HttpRequest.BodyPublishers.ofString(body));
      assertThat(server.sendAsync(impatient).handle((_, gaveUp) -> gaveUp).get()).isNotNull();
    }
    CompletableFuture<HttpResponse<String>> last =
        server.sendAsync(
            server.request(path("checkpoint")).POST(HttpRequest.BodyPublishers.ofString(body)));
    durable.complete(null);
    assertThat(last.get().statusCode()).isEqualTo(200);
    assertThat(server.guests.checkpoints).hasValue(1);
  }

  @Test
  void locksAreTakenAndGivenBack() throws Exception {
    HttpResponse<String> taken = server.post(path("lock"), "{}");
    assertThat(taken.statusCode()).isEqualTo(200);
    LockAnswer lock = WireJson.read(taken.body(), LockAnswer.class);
    assertThat(lock.expiresAt()).isEqualTo(SampleJobs.SPAWNED.plus(JobLimits.LOCK_TTL));
    assertThat(server.delete(path("lock/" + lock.lockId())).statusCode()).isEqualTo(204);
    HttpResponse<String> again = server.delete(path("lock/" + lock.lockId()));
    assertThat(again.statusCode()).isEqualTo(404);
    assertThat(problem(again).code()).isEqualTo("lock.not_found");
  }

  @Test
  void aRepeatedLockCallIsTheSameLock() throws Exception {
    String one = server.post(path("lock"), "{\"ttl\":\"1m\"}", "Idempotency-Key", "k").body();
    String two = server.post(path("lock"), "{\"ttl\":\"1m\"}", "Idempotency-Key", "k").body();
    String other = server.post(path("lock"), "{\"ttl\":\"1m\"}", "Idempotency-Key", "l").body();
    assertThat(two).isEqualTo(one).isNotEqualTo(other);
    assertThat(problem(server.post(path("lock"), "{\"ttl\":\"25h\"}")).field()).contains("ttl");
  }

  @Test
  void theOutputOfAnExitIsKeptDigitByDigit() throws Exception {
    HttpResponse<String> answer =
        server.post(path("exit"), "{\"exit_code\": 0, \"output\": {\"sum\": 1.10}}");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(server.guests.asked)
        .containsExactly(
            new JobEvent.ExitAsked(
                Optional.empty(), new ExitResult(0, new JsonText("{\"sum\":1.10}"))));
    assertThat(problem(server.post(path("exit"), "{}")).field()).contains("exit_code");
  }

  @Test
  void aZeroCharacterInAnOutputStaysAnEscape() throws Exception {
    server.post(path("exit"), "{\"exit_code\":0,\"output\":{\"a\\u0000\":\"\\u0000b\"}}");
    assertThat(server.guests.asked)
        .containsExactly(
            new JobEvent.ExitAsked(
                Optional.empty(), new ExitResult(0, new JsonText("{\"a\\u0000\":\"\\u0000b\"}"))));
  }

  @Test
  void paramsAreHandedOverVerbatim() throws Exception {
    HttpResponse<String> answer = server.get(path("params"));
    assertThat(answer.body()).isEqualTo("{\"steps\": 3, \"rate\": 1.10}");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValue("Torpor-Generation")).contains("2");
  }

  @Test
  void metadataIsWhatCheckersWorkersReadAndMore() throws Exception {
    GuestMetadata metadata =
        WireJson.read(server.get(path("metadata")).body(), GuestMetadata.class);
    assertThat(metadata.jobId()).isEqualTo(id.toString());
    assertThat(metadata.definitionName()).isEqualTo("hello");
    assertThat(metadata.retryCount()).isEqualTo(1);
    assertThat(metadata.lastCheckpointAtMs())
        .contains(SampleJobs.snapshot().takenAt().toEpochMilli());
    assertThat(metadata.restoredFrom()).contains(1);
  }

  @Test
  void signalsAreTakenAndWaitedFor() throws Exception {
    SignalList first = WireJson.read(server.get(path("signals")).body(), SignalList.class);
    assertThat(first.signals()).hasSize(1);
    SignalList none =
        WireJson.read(server.get(path("signals?wait=100ms&name=go")).body(), SignalList.class);
    assertThat(none.signals()).isEmpty();
    assertThat(server.guests.asked)
        .contains(
            new JobEvent.SignalsAsked(Optional.empty(), Optional.of("go"), Duration.ofMillis(100)));
  }

  @Test
  void aLostAnswerWithSignalsIsGivenAgainToWhoSaysWhatItHasSeen() throws Exception {
    String lost = server.get(path("signals?after=0")).body();
    assertThat(server.get(path("signals?after=0")).body()).isEqualTo(lost).contains("\"seq\":7");
    assertThat(server.get(path("signals?after=7&name=go")).body()).isEqualTo("{\"signals\":[]}");
    assertThat(server.guests.asked)
        .last()
        .isEqualTo(
            new JobEvent.SignalsAsked(
                Optional.empty(), Optional.of("go"), OptionalInt.of(7), Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "x", "2147483648"})
  void whatIsNoSequenceNumberIsRefused(String after) throws Exception {
    HttpResponse<String> answer = server.get(path("signals?after=" + after));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(problem(answer).field()).contains("after");
    assertThat(server.guests.asked).isEmpty();
  }

  @Test
  void progressIsTakenInBounds() throws Exception {
    assertThat(server.post(path("progress"), "{\"percent\":50,\"message\":\"half\"}").statusCode())
        .isEqualTo(204);
    assertThat(server.post(path("progress"), "{}").statusCode()).isEqualTo(204);
    assertThat(problem(server.post(path("progress"), "{\"percent\":101}")).field())
        .contains("percent");
  }

  @Test
  void aBearerTokenOpensTheSameDoorAsASecretInThePath() throws Exception {
    HttpRequest.Builder request =
        server
            .request("/jobs/" + id.ulid() + "/metadata")
            .header("Authorization", "Bearer " + TestServer.secretOf(id));
    assertThat(server.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void onlyTheJobsOwnSecretOpensItsDoor() throws Exception {
    String other = TestServer.secretOf(SampleJobs.id(1));
    for (String path :
        new String[] {
          "/s/wrong/jobs/" + id + "/params",
          "/s/" + other + "/jobs/" + id + "/params",
          "/s/" + other + "/jobs/nonsense/params",
          "/jobs/" + id + "/params"
        }) {
      HttpResponse<String> answer = server.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
      assertThat(problem(answer).code()).isEqualTo("request.unauthenticated");
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
  }

  @Test
  void anEngineThatDoesNotAnswerInTimeIsAProblemThatMayBeRepeated() throws Exception {
    try (TestServer impatient = new TestServer(directory, TestServer.impatient())) {
      impatient.guests.settled = new CompletableFuture<>();
      HttpResponse<String> answer = impatient.post(path("checkpoint"), "{\"token\":\"t\"}");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(problem(answer).code()).isEqualTo("capacity.exhausted");
      assertThat(problem(answer).retryable()).isTrue();
    }
  }
}
