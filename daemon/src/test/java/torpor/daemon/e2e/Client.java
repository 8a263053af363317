package torpor.daemon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import torpor.wire.Event;
import torpor.wire.EventPage;
import torpor.wire.Job;
import torpor.wire.JobCreated;
import torpor.wire.JobPage;
import torpor.wire.JobResult;
import torpor.wire.JobWait;
import torpor.wire.ProblemDetails;
import torpor.wire.Snapshot;
import torpor.wire.SnapshotPage;
import torpor.wire.WireJson;

/// A caller that keeps to the rule: on any transport error, and on an answer that says `retryable`,
/// it repeats the same call with the same key. Thread-safe.
final class Client {
  private static final Duration ONE_TRY = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final int port;

  Client(int port) {
    this.port = port;
  }

  /// One answer of the daemon.
  record Answer(int status, String body) {
    boolean good() {
      return status < 300;
    }

    ProblemDetails problem() {
      return WireJson.read(body, ProblemDetails.class);
    }

    <T> T as(Class<T> type) {
      if (!good()) {
        throw new AssertionError("refused: " + status + " " + body);
      }
      return WireJson.read(body, type);
    }
  }

  /// One try, no repetition.
  Answer once(String method, String path, String body, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(ONE_TRY)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return whole(new Answer(answer.statusCode(), answer.body()), answer.headers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + method + " " + path, e);
    }
  }

  /// Every refusal says why. One without a word was cut short by a daemon that died under it.
  private static Answer whole(Answer answer, HttpHeaders headers) throws IOException {
    if (answer.status() >= 400 && answer.body().isEmpty()) {
      throw new IOException("an answer without a body: %d %s".formatted(answer.status(), headers));
    }
    return answer;
  }

  Answer get(String path) {
    return insist("GET", path, "", Map.of());
  }

  Answer post(String path, String body) {
    return post(path, body, UUID.randomUUID().toString());
  }

  Answer post(String path, String body, String key) {
    return insist(
        "POST", path, body, Map.of("Idempotency-Key", key, "Content-Type", "application/json"));
  }

  Answer delete(String path) {
    return insist("DELETE", path, "", Map.of());
  }

  private Answer insist(String method, String path, String body, Map<String, String> headers) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String trouble;
      try {
        Answer answer = once(method, path, body, headers);
        if (answer.good() || !retryable(answer)) {
          return answer;
        }
        trouble = answer.toString();
      } catch (IOException e) {
        trouble = e.toString();
      }
      if (System.nanoTime() > deadline) {
        throw new UncheckedIOException(
            new IOException("no answer to %s %s: %s".formatted(method, path, trouble)));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean retryable(Answer answer) {
    return answer.body().startsWith("{") && answer.problem().retryable();
  }

  /// @param policy JSON, or nothing for the default
  void define(String name, String runtime, String config, Optional<String> policy) {
    String body =
        "{\"name\":\"%s\",\"version\":\"1\",\"runtime\":\"%s\",\"config\":%s%s}"
            .formatted(name, runtime, config, policy.map(p -> ",\"retry_policy\":" + p).orElse(""));
    Answer answer = post("/v1/definitions", body);
    if (answer.status() != 201) {
      throw new AssertionError("definition refused: " + answer);
    }
  }

  String spawn(String definition, String params) {
    return spawn(definition, params, UUID.randomUUID().toString());
  }

  String spawn(String definition, String params, String key) {
    String body = "{\"definition_name\":\"%s\",\"params\":%s}".formatted(definition, params);
    return post("/v1/jobs", body, key).as(JobCreated.class).jobId();
  }

  Answer signal(String job, String name, String payload) {
    return post("/v1/jobs/" + job + "/signals/" + name, payload);
  }

  Answer wake(String job) {
    return post("/v1/jobs/" + job + "/wake", "");
  }

  Answer cancel(String job) {
    return post("/v1/jobs/" + job + "/cancel", "");
  }

  Answer retry(String job, String body) {
    return post("/v1/jobs/" + job + "/retry", body);
  }

  Job job(String id) {
    return get("/v1/jobs/" + id).as(Job.class);
  }

  /// Waits for the end, over the deaths of daemons.
  JobResult result(String job) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Answer answer = get("/v1/jobs/" + job + "/result?wait=true&timeout=20s");
      if (answer.good()) {
        return answer.as(JobResult.class);
      }
      if (!answer.problem().code().equals("job.not_ended") || System.nanoTime() > deadline) {
        throw new AssertionError("no result of %s: %s %s".formatted(job, answer, history(job)));
      }
    }
  }

  JsonNode output(String job) {
    JobResult result = result(job);
    if (!result.state().equals("completed")) {
      throw new AssertionError(job + " did not complete: " + result + " " + history(job));
    }
    return WireJson.mapper().readTree(result.output().orElseThrow().text());
  }

  /// Waits until the job is in one of the states, by name and separated by commas.
  Job awaitState(String job, String states) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JobWait wait =
          get("/v1/jobs/%s/wait?timeout=20s&state=%s".formatted(job, states)).as(JobWait.class);
      if (wait.reached()) {
        return wait.job();
      }
      if (wait.job().endedAt().isPresent() || System.nanoTime() > deadline) {
        throw new AssertionError("%s did not become %s: %s".formatted(job, states, history(job)));
      }
    }
  }

  History history(String job) {
    List<Event> events = new ArrayList<>();
    String cursor = "0";
    while (true) {
      EventPage page =
          get("/v1/jobs/%s/events?limit=1000&cursor=%s".formatted(job, cursor)).as(EventPage.class);
      if (page.events().isEmpty()) {
        return new History(job, events);
      }
      events.addAll(page.events());
      cursor = page.nextCursor();
    }
  }

  /// The whole history of a job that has ended. With several writers at the store an end may be
  /// known a moment before the history up to it can be read.
  History ended(String job, String kind) {
    awaitHappened(job, kind, 1);
    return history(job).endedOnce(kind);
  }

  /// Waits until the history has at least so many lines of a kind.
  History awaitHappened(String job, String kind, int times) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Event> events = new ArrayList<>();
    String cursor = "0";
    while (events.stream().filter(e -> e.kind().equals(kind)).count() < times) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("%s: no %d times %s: %s".formatted(job, times, kind, events));
      }
      EventPage page =
          get("/v1/jobs/%s/events?limit=1000&wait=20s&cursor=%s".formatted(job, cursor))
              .as(EventPage.class);
      events.addAll(page.events());
      cursor = page.nextCursor();
    }
    return new History(job, events);
  }

  String console(String job) {
    return get("/v1/jobs/" + job + "/logs").body();
  }

  List<Snapshot> snapshots(String job) {
    return get("/v1/jobs/" + job + "/snapshots?limit=1000").as(SnapshotPage.class).snapshots();
  }

  /// Every job there is.
  List<Job> jobs() {
    List<Job> all = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      String after =
          cursor.map(c -> "&cursor=" + URLEncoder.encode(c, StandardCharsets.UTF_8)).orElse("");
      JobPage page = get("/v1/jobs?limit=500" + after).as(JobPage.class);
      all.addAll(page.jobs());
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    return all;
  }

  /// A figure of the metrics that has no labels.
  int metric(String name) {
    Matcher found =
        Pattern.compile("^" + name + "(?:\\{[^}]*})? ([0-9.eE+-]+)$", Pattern.MULTILINE)
            .matcher(get("/metrics").body());
    if (!found.find()) {
      throw new AssertionError("the metrics do not tell " + name);
    }
    return (int) Double.parseDouble(found.group(1));
  }

  /// Lets time pass for the sake of a random moment; nothing waits for an outcome by it.
  static void pass(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
