package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.api.TestServer.problem;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.engine.store.StoreFailure;
import torpor.wire.Job;
import torpor.wire.JobCreated;
import torpor.wire.JobPage;
import torpor.wire.JobResult;
import torpor.wire.JobWait;
import torpor.wire.ProblemDetails;
import torpor.wire.SnapshotPage;
import torpor.wire.WireJson;

@Timeout(20)
class JobApiTest {
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

  @Test
  void aSpawnedJobIsShownWithWhatItWasGiven() throws Exception {
    JobId id = server.spawn();
    HttpResponse<String> answer = server.get("/v1/jobs/" + id);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    Job job = WireJson.read(answer.body(), Job.class);
    assertThat(job.state()).isEqualTo("pending");
    assertThat(job.definitionName()).isEqualTo("hello");
    assertThat(job.params()).hasValueSatisfying(p -> assertThat(p.text()).isEqualTo("{\"a\":1}"));
    assertThat(job.retryCount()).isZero();
    assertThat(job.endedAt()).isEmpty();
  }

  @Test
  void aJobIsFoundByItsBareIdByABeginningAndWithoutPrefixOfTheApi() throws Exception {
    JobId id = server.spawn();
    assertThat(server.get("/v1/jobs/" + id.ulid()).statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/jobs/job_01jd").statusCode()).isEqualTo(200);
    assertThat(server.get("/jobs/" + id).statusCode()).isEqualTo(200);
    assertThat(problem(server.get("/v1/jobs/job_zz")).code()).isEqualTo("job.not_found");
  }

  @Test
  void paramsReachTheEngineDigitByDigit() throws Exception {
    server.spawn();
    HttpResponse<String> answer =
        server.post(
            "/jobs",
            "{\"definition_name\":\"hello\",\"definition_version\":\"@latest\","
                + "\"params\": {\"x\": 1.10, \"y\": 1e400},\"env\":{\"K\":\"v\"}}");
    assertThat(answer.statusCode()).isEqualTo(201);
    JobId id = JobId.parse(WireJson.read(answer.body(), JobCreated.class).jobId());
    assertThat(server.jobs.inputs(id).params()).isEqualTo(new JsonText("{\"x\":1.10,\"y\":1e400}"));
    assertThat(server.jobs.inputs(id).env()).containsEntry("K", "v");
  }

  @Test
  void textIsUtf8BothWays() throws Exception {
    server.spawn();
    HttpResponse<String> made =
        server.post("/v1/jobs", "{\"definition_name\":\"hello\",\"params\":\"Grüße 東京 🛌\"}");
    String id = WireJson.read(made.body(), JobCreated.class).jobId();
    Job job = WireJson.read(server.get("/v1/jobs/" + id).body(), Job.class);
    assertThat(job.params()).contains(new torpor.wire.RawJson("\"Grüße 東京 🛌\""));
  }

  @Test
  void aRepeatedIdempotencyKeySpawnsOnceAndAnotherRequestUnderItIsRefused() throws Exception {
    server.spawn();
    String body = "{\"definition_name\":\"hello\"}";
    HttpResponse<String> first = server.post("/v1/jobs", body, "Idempotency-Key", "k1");
    HttpResponse<String> second = server.post("/v1/jobs", body, "Idempotency-Key", "k1");
    JobCreated one = WireJson.read(first.body(), JobCreated.class);
    JobCreated two = WireJson.read(second.body(), JobCreated.class);
    assertThat(two.jobId()).isEqualTo(one.jobId());
    assertThat(one.repeated()).isFalse();
    assertThat(two.repeated()).isTrue();
    HttpResponse<String> other =
        server.post(
            "/v1/jobs", "{\"definition_name\":\"hello\",\"params\":1}", "Idempotency-Key", "k1");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(problem(other).code()).isEqualTo("idempotency.key_reused");
  }

  @Test
  void aSignalUnderAnotherNameIsAnotherRequest() throws Exception {
    JobId id = server.spawn();
    String signals = "/v1/jobs/" + id + "/signals/";
    assertThat(server.post(signals + "go", "1", "Idempotency-Key", "s").statusCode())
        .isEqualTo(202);
    assertThat(server.post(signals + "go", "1", "Idempotency-Key", "s").statusCode())
        .isEqualTo(202);
    assertThat(server.post(signals + "stop", "1", "Idempotency-Key", "s").statusCode())
        .isEqualTo(422);
  }

  @Test
  void listsGoOnFromTheirCursorAndEnd() throws Exception {
    for (int i = 0; i < 5; i++) {
      server.spawn();
    }
    JobPage first = WireJson.read(server.get("/v1/jobs?limit=3").body(), JobPage.class);
    assertThat(first.jobs()).extracting(Job::id).containsExactly(ids(4, 3, 2));
    assertThat(first.jobs()).allSatisfy(job -> assertThat(job.params()).isEmpty());
    JobPage second =
        WireJson.read(
            server.get("/jobs?limit=3&cursor=" + first.nextCursor().orElseThrow()).body(),
            JobPage.class);
    assertThat(second.jobs()).extracting(Job::id).containsExactly(ids(1, 0));
    assertThat(second.nextCursor()).isEmpty();
  }

  private static String[] ids(int... numbers) {
    return java.util.Arrays.stream(numbers)
        .mapToObj(SampleJobs::id)
        .map(JobId::toString)
        .toArray(String[]::new);
  }

  @Test
  void listsAreFilteredByState() throws Exception {
    JobId one = server.spawn();
    JobId two = server.spawn();
    server.jobs.put(one, SampleJobs.suspended());
    server.jobs.put(two, SampleJobs.failed());
    assertThat(listed("state=suspended,running")).containsExactly(one.toString());
    assertThat(listed("state=ended")).containsExactly(two.toString());
    assertThat(listed("state=live&definition=hello")).containsExactly(one.toString());
    assertThat(listed("definition=other")).isEmpty();
  }

  private List<String> listed(String query) throws Exception {
    return WireJson.read(server.get("/v1/jobs?" + query).body(), JobPage.class).jobs().stream()
        .map(Job::id)
        .toList();
  }

  @Test
  void aSleepingJobShowsItsWakerAndWhenItIsDue() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.suspended());
    Job job = WireJson.read(server.get("/v1/jobs/" + id).body(), Job.class);
    assertThat(job.waker().orElseThrow().signal()).contains("go");
    assertThat(job.dueAt()).contains(java.time.Instant.parse("2026-11-20T11:05:00Z"));
    assertThat(job.newestSnapshot().orElseThrow().number()).isEqualTo(1);
    assertThat(job.generation()).isEqualTo(2);
  }

  @Test
  void aFailedJobShowsWhy() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.failed());
    Job job = WireJson.read(server.get("/v1/jobs/" + id).body(), Job.class);
    assertThat(job.failure().orElseThrow().reason()).isEqualTo("exited");
    assertThat(job.exitCode()).contains(3);
    assertThat(job.endedAt()).isPresent();
  }

  @Test
  void aResultThatIsAwaitedComesWithTheEndAlsoBeyondTheIdleTime() throws Exception {
    JobId id = server.spawn();
    CompletableFuture<HttpResponse<String>> waiting =
        server.sendAsync(server.request("/jobs/" + id + "/result?wait=true"));
    // Longer than the idle time of a connection: a wait is no idleness.
    CompletableFuture.delayedExecutor(1500, java.util.concurrent.TimeUnit.MILLISECONDS)
        .execute(() -> server.jobs.put(id, SampleJobs.completed()));
    HttpResponse<String> answer = waiting.get();
    assertThat(answer.statusCode()).isEqualTo(200);
    JobResult result = WireJson.read(answer.body(), JobResult.class);
    assertThat(result.state()).isEqualTo("completed");
    assertThat(result.exitCode()).contains(0);
    assertThat(result.output().orElseThrow().text()).isEqualTo("{\"answer\":42}");
  }

  @Test
  void aResultThatIsNotThereNamesTheState() throws Exception {
    JobId id = server.spawn();
    HttpResponse<String> now = server.get("/v1/jobs/" + id + "/result");
    assertThat(now.statusCode()).isEqualTo(409);
    assertThat(problem(now).code()).isEqualTo("job.not_ended");
    assertThat(problem(now).detail()).contains("pending");
    HttpResponse<String> later = server.get("/v1/jobs/" + id + "/result?wait=true&timeout=50ms");
    assertThat(problem(later).detail()).contains("after waiting 50ms");
  }

  @Test
  void waitingForAStateEndsWithItWithTheTimeOrWithTheJob() throws Exception {
    JobId id = server.spawn();
    String wait = "/v1/jobs/" + id + "/wait?state=suspended";
    JobWait timeUp = WireJson.read(server.get(wait + "&timeout=50ms").body(), JobWait.class);
    assertThat(timeUp.reached()).isFalse();
    assertThat(timeUp.job().state()).isEqualTo("pending");

    CompletableFuture<HttpResponse<String>> waiting = server.sendAsync(server.request(wait));
    server.jobs.put(id, new JobState.Starting(SampleJobs.SPAWNED));
    server.jobs.put(id, SampleJobs.suspended());
    assertThat(WireJson.read(waiting.get().body(), JobWait.class).reached()).isTrue();

    server.jobs.put(id, SampleJobs.failed());
    JobWait ended = WireJson.read(server.get(wait).body(), JobWait.class);
    assertThat(ended.reached()).isFalse();
    assertThat(ended.job().state()).isEqualTo("failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/jobs/", "/jobs/"})
  void deletingCancelsALiveJobAndChangesNothingWhenRepeated(String jobs) throws Exception {
    String path = jobs + server.spawn();
    HttpResponse<String> cancelled = server.delete(path);
    assertThat(cancelled.statusCode()).isEqualTo(202);
    assertThat(WireJson.read(cancelled.body(), Job.class).state()).isEqualTo("cancelled");
    HttpResponse<String> repeated = server.delete(path);
    assertThat(repeated.statusCode()).isEqualTo(200);
    assertThat(repeated.body()).isEqualTo(cancelled.body()).isEqualTo(server.get(path).body());
  }

  @Test
  void deletingLeavesAResultAlone() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.failed());
    HttpResponse<String> answer = server.delete("/v1/jobs/" + id + "?remove=false");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(state(answer)).isEqualTo("failed");
    assertThat(server.get("/v1/jobs/" + id + "/result").statusCode()).isEqualTo(200);
  }

  @Test
  void aJobThatEndsBeforeItsCancellationArrivesIsShown() throws Exception {
    JobId id = server.spawn();
    server.jobs.beforeCancel(() -> server.jobs.put(id, SampleJobs.failed()));
    HttpResponse<String> answer = server.delete("/v1/jobs/" + id);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(state(answer)).isEqualTo("failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/jobs/", "/jobs/"})
  void onlyAnEndedJobIsRemovedAndOnlyWhenAskedFor(String jobs) throws Exception {
    JobId id = server.spawn();
    HttpResponse<String> live = server.delete(jobs + id + "?remove=true");
    assertThat(live.statusCode()).isEqualTo(409);
    assertThat(problem(live).code()).isEqualTo("job.not_ended");
    assertThat(state(server.get(jobs + id))).isEqualTo("pending");
    server.jobs.put(id, SampleJobs.failed());
    assertThat(server.delete(jobs + id + "?remove=true").statusCode()).isEqualTo(204);
    assertThat(server.get(jobs + id).statusCode()).isEqualTo(404);
    assertThat(problem(server.delete(jobs + id + "?remove=maybe")).field()).contains("remove");
  }

  @Test
  void cancelSaysByWhom() throws Exception {
    JobId id = server.spawn();
    Job job =
        WireJson.read(
            server.post("/v1/jobs/" + id + "/cancel", "{\"by\":\"ops\"}").body(), Job.class);
    assertThat(job.cancelledBy()).contains("ops");
  }

  @Test
  void wakeAndRetryMoveTheJob() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.suspended());
    assertThat(state(server.post("/v1/jobs/" + id + "/wake", ""))).isEqualTo("restoring");
    server.jobs.put(id, SampleJobs.failed());
    assertThat(state(server.post("/v1/jobs/" + id + "/retry", ""))).isEqualTo("restoring");
    server.jobs.put(id, SampleJobs.failed());
    assertThat(state(server.post("/v1/jobs/" + id + "/retry", "{\"from\":\"start\"}")))
        .isEqualTo("starting");
    server.jobs.put(id, SampleJobs.failed());
    assertThat(problem(server.post("/v1/jobs/" + id + "/retry", "{\"from\":9}")).code())
        .isEqualTo("snapshot.not_found");
    assertThat(state(server.post("/v1/jobs/" + id + "/retry", "{\"from\":1}")))
        .isEqualTo("restoring");
    HttpResponse<String> again = server.post("/v1/jobs/" + id + "/retry", "{}");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(problem(again).code()).isEqualTo("job.not_failed");
  }

  private static String state(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return WireJson.read(answer.body(), Job.class).state();
  }

  @Test
  void snapshotsComeInOrder() throws Exception {
    JobId id = server.spawn();
    String path = "/v1/jobs/" + id + "/snapshots";
    SnapshotPage first = WireJson.read(server.get(path + "?limit=1").body(), SnapshotPage.class);
    assertThat(first.snapshots().getFirst().label()).contains("half way");
    assertThat(first.nextCursor()).contains("1");
    SnapshotPage second =
        WireJson.read(server.get(path + "?limit=1&cursor=1").body(), SnapshotPage.class);
    assertThat(second.snapshots().getFirst().number()).isEqualTo(2);
    assertThat(second.nextCursor()).isEmpty();
  }

  @Test
  void anErrorOfTheDaemonIsNotAnsweredWithoutAWord() throws Exception {
    JobId id = server.spawn();
    server.jobs.beforeCancel(() -> {
      throw new StackOverflowError("a secret of the implementation");
    });

    HttpResponse<String> fault = server.post("/v1/jobs/" + id + "/cancel", "{}");

    assertThat(fault.statusCode()).isEqualTo(500);
    assertThat(problem(fault).code()).isEqualTo("internal");
    assertThat(fault.headers().firstValue("Content-Type")).hasValue(ProblemDetails.MEDIA_TYPE);
    assertThat(fault.body()).doesNotContain("secret");
  }

  @Test
  void aBrokenStoreIsAProblemThatSaysSo() throws Exception {
    JobId id = server.spawn();
    server.jobs.breakWith(
        new StoreFailure(StoreFailure.Kind.NO_SPACE, "disk full", new IllegalStateException()));
    HttpResponse<String> full = server.get("/v1/jobs/" + id);
    assertThat(full.statusCode()).isEqualTo(507);
    assertThat(problem(full).retryable()).isTrue();
    server.jobs.breakWith(
        new StoreFailure(StoreFailure.Kind.UNAVAILABLE, "gone", new IllegalStateException()));
    HttpResponse<String> gone = server.get("/v1/jobs/" + id);
    assertThat(gone.statusCode()).isEqualTo(503);
    assertThat(gone.headers().firstValue("Retry-After")).isPresent();
    server.jobs.breakWith(new IllegalStateException("a secret of the implementation"));
    HttpResponse<String> fault = server.get("/v1/jobs/" + id);
    assertThat(fault.statusCode()).isEqualTo(500);
    assertThat(fault.body()).doesNotContain("secret").doesNotContain("Exception");
    assertThat(problem(fault).code()).isEqualTo("internal");
  }

  @Test
  void closingEndsWaitsAtOnce() throws Exception {
    JobId id = server.spawn();
    CompletableFuture<HttpResponse<String>> waiting =
        server.sendAsync(server.request("/v1/jobs/" + id + "/result?wait=true"));
    // The wait stands once a later request on another connection has been answered.
    server.send(HttpRequest.newBuilder(server.request("/healthz").build().uri()));
    long started = System.nanoTime();
    server.server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    Optional<HttpResponse<String>> answer = waiting.handle((r, _) -> Optional.ofNullable(r)).get();
    answer.ifPresent(a -> assertThat(problem(a).code()).isEqualTo("daemon.stopping"));
  }
}
