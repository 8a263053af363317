package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.api.TestServer.problem;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import torpor.core.job.JobId;
import torpor.wire.ProblemDetails;

@Timeout(20)
class BadInputTest {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                  | definition_name    | missing
          {"definition_name":null}                            | definition_name    | missing
          {"definition_name":7}                               | definition_name    | a string
          {"definition_name":""}                              | definition_name    | no definition name
          {"definition_name":"../x"}                          | definition_name    | no definition name
          {"definition_name":"a","ö…":1}                      | ö…                 | ö…
          {"definition_name":"a","definition_version":"a b"}  | definition_version | no version
          {"definition_name":"a","timeout":"-1s"}             | timeout            | negative
          {"definition_name":"a","timeout":"99999999h"}       | timeout            | hundred years
          {"definition_name":"a","timeout":""}                | timeout            | missing
          {"definition_name":"a","timeout":90}                | timeout            | a string such as
          {"definition_name":"a","env":{"1A":"x"}}            | env                | environment
          {"definition_name":"a","env":{"A":1}}               | env.A              | a string
          {"definition_name":"a","env":[]}                    | env                | an object
          {"definition_name":"a","metadata":{"k":null}}       | metadata.k         | 'metadata.k'
          {"definition_name":"a","metadata":{"k":"a\\u0000"}}  | metadata.k         | U+0000
          {"definition_name":"a","metadata":{"\\u0000":"v"}}   | metadata           | U+0000
          {"definition_name":"a","env":{"A":"\\u0000"}}        | env.A              | U+0000
          {"definition_name":"a","env":{"A\\u0000":"x"}}       | env                | environment
          """)
  void aSpawnRequestIsRefusedByField(String body, String field, String detail) throws Exception {
    assertRefused(server.post("/v1/jobs", body), field, detail);
  }

  @Test
  void aNullIsNoBody() throws Exception {
    HttpResponse<String> answer = server.post("/v1/instances", "null");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("no JSON object").doesNotContain("torpor.wire");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name":"a","image":"b","env":{"A":null}}         | env.A
          {"name":"a","image":"b","tags":{"A":null}}        | tags.A
          {"name":"a","image":"b","cmd":[null]}             | cmd[0]
          {"name":"a","image":"b","entrypoint":["sh",null]} | entrypoint[1]
          {"name":"a","image":"b","volumes":[null]}         | volumes[0]
          """)
  void aNullIsRefusedByItsField(String body, String field) throws Exception {
    assertRefused(server.post("/v1/instances", body), field, "null in '" + field + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"version":"1","runtime":"wasm"}                                   | name           | missing
          {"name":"a","version":"1"}                                         | runtime        | missing
          {"name":"a","version":"1","runtime":"wasm","runtime_type":"qemu"}  | runtime_type   | differ
          {"name":"a","version":"1","isolation":"container"}                | isolation      | yet
          {"name":"a","version":"1","isolation":"sandbox"}                  | isolation      | yet
          {"name":"a","version":"1","isolation":"chroot"}                   | isolation      | no isolation
          {"name":"a","version":"1","isolation":"vm","runtime":"wasm"}      | isolation      | does not isolate
          {"name":"a","version":"1","runtime":"Wasm!"}                       | runtime        | runtime
          {"name":"a","version":"latest","runtime":"wasm"}                   | version        | newest
          {"name":"a","version":"1","runtime":"wasm","config":[1]}           | config         | object
          {"name":"a","version":"1","runtime":"wasm","metadata":{"k":"\\u0000"}} | metadata.k   | U+0000
          {"name":"a","version":"1","runtime":"wasm","keep_snapshots":0}     | keep_snapshots | from 1
          {"name":"a","version":"1","runtime":"wasm","keep_snapshots":1.5}   | keep_snapshots | whole number
          """)
  void aDefinitionIsRefusedByField(String body, String field, String detail) throws Exception {
    assertRefused(server.post("/v1/definitions", body), field, detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"max_attempts":0}                              | max_attempts      | from 1
          {"max_attempts":2,"max_retries":1}              | max_retries       | same
          {"max_retries":-1}                              | max_retries       | from 0
          {"retry_delay":"-1s"}                           | retry_delay       | negative
          {"retry_delay":"1s","backoff":{"kind":"fixed"}} | retry_delay       | same
          {"backoff":{"kind":"linear"}}                   | backoff.kind      | linear
          {"backoff":{"kind":"fixed","jitter":0.1}}       | backoff.jitter    | no 'jitter'
          {"backoff":{"kind":"exponential","factor":0.5}} | backoff.factor    | from 1 to 100
          {"backoff":{"kind":"exponential","jitter":2}}   | backoff.jitter    | from 0 to 1
          {"on":["exited","oom"]}                         | on[1]             | no failure 'oom'
          {"from":"middle"}                               | from              | middle
          {"crash_loop_limit":0}                          | crash_loop_limit  | from 1
          """)
  void aRetryPolicyIsRefusedByField(String policy, String field, String detail) throws Exception {
    String body =
        "{\"name\":\"a\",\"version\":\"1\",\"runtime\":\"wasm\",\"retry_policy\":" + policy + "}";
    assertRefused(server.post("/v1/definitions", body), "retry_policy." + field, detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                              | token            | missing
          {"token":""}                                    | token            | 128 visible
          {"token":"a b"}                                 | token            | 128 visible
          {"token":"t","suspend_duration":"-4s"}          | suspend_duration | negative
          {"token":"t","suspend_duration":"101000d"}      | suspend_duration | hundred years
          {"token":"t","suspend_until":"3027-01-01T00:00:00Z"} | suspend_until | hundred years
          {"token":"t","suspend_until":"tomorrow"}        | suspend_until    | a time such as
          {"token":"t","until_signal":"a b"}              | until_signal     | name of a signal
          {"token":"t","until_signal":"a\\u0000"}          | until_signal     | name of a signal
          {"token":"t","label":"a\\u0000b"}                | label            | U+0000
          """)
  void aCheckpointIsRefusedByField(String body, String field, String detail) throws Exception {
    JobId id = server.spawn();
    String path = "/s/" + TestServer.secretOf(id) + "/jobs/" + id + "/checkpoint";
    assertRefused(server.post(path, body), field, detail);
    assertThat(server.guests.checkpoints).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/jobs?limit=0                 | limit
          /v1/jobs?limit=1001              | limit
          /v1/jobs?limit=x                 | limit
          /v1/jobs?cursor=x                | cursor
          /v1/jobs?state=runing            | state
          /v1/definitions?cursor=-1        | cursor
          /v1/events?cursor=x              | cursor
          /v1/events?wait=1                | wait
          /v1/jobs/ID/wait                 | state
          /v1/jobs/ID/wait?state=running&timeout=-1s | timeout
          /v1/jobs/ID/result?wait=perhaps  | wait
          /v1/jobs/ID/logs?tail=-1         | tail
          /s/SECRET/jobs/ID/signals?name=a%00 | name
          /v1/definitions/hello/a%20b      | version
          """)
  void aQueryIsRefusedByParameter(String path, String field) throws Exception {
    JobId id = server.spawn();
    String secret = TestServer.secretOf(id);
    String asked = path.replace("ID", id.toString()).replace("SECRET", secret);
    assertRefused(server.get(asked), field, "");
  }

  @Test
  void aZeroCharacterIsRefusedWhereTextIsStoredAsItIs() throws Exception {
    JobId id = server.spawn();
    assertRefused(server.post("/v1/keys", "{\"name\":\"a\\u0000b\"}"), "name", "U+0000");
    for (String path : new String[] {"/v1/keys/a%00b", "/v1/jobs/" + id + "/signals/a%00b"}) {
      assertThat(raw("DELETE " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json");
    }
  }

  private static void assertRefused(HttpResponse<String> answer, String field, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains(ProblemDetails.MEDIA_TYPE);
    ProblemDetails problem = problem(answer);
    assertThat(problem.field()).contains(field);
    assertThat(problem.detail()).contains(detail);
    assertThat(problem.code()).isEqualTo("request.invalid");
    assertThat(problem.remediation()).isNotBlank();
    assertThat(problem.retryable()).isFalse();
  }

  @Test
  void anUnknownFieldIsRefusedWithTheNearestKnownOne() throws Exception {
    ProblemDetails problem =
        problem(server.post("/v1/jobs", "{\"definition_name\":\"a\",\"param\":{}}"));
    assertThat(problem.field()).contains("param");
    assertThat(problem.remediation()).isEqualTo("Did you mean 'params'?");
    ProblemDetails inner =
        problem(
            server.post(
                "/v1/definitions",
                "{\"name\":\"a\",\"version\":\"1\",\"retry_policy\":{\"max_atempts\":1}}"));
    assertThat(inner.field()).contains("retry_policy.max_atempts");
    assertThat(inner.remediation()).isEqualTo("Did you mean 'max_attempts'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"definition_name": "a",,}                           | line 1, column 25
          {"definition_name": "a"                              | line 1
          {"definition_name": "a", "definition_name": "b"}     | line 1
          {"definition_name": "a"} {}                          | The body is not valid JSON
          [1]                                                  | no JSON object
          "a"                                                  | no JSON object
          """)
  void whatIsNotJsonIsRefusedWithItsPlace(String body, String detail) throws Exception {
    HttpResponse<String> answer = server.post("/v1/jobs", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(problem(answer).detail()).contains(detail);
    assertThat(problem(answer).detail()).doesNotContain("tools.jackson").doesNotContain("torpor.");
  }

  @Test
  void anEmptyBodyIsSaidToBeEmpty() throws Exception {
    assertThat(problem(server.post("/v1/jobs", "")).detail()).isEqualTo("The body is empty");
  }

  @Test
  void jsonThatIsNestedBeyondReasonIsRefused() throws Exception {
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    HttpResponse<String> answer =
        server.post("/v1/jobs", "{\"definition_name\":\"a\",\"params\":" + deep + "}");
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void largeThingsAreRefusedByTheirLimit() throws Exception {
    JobId id = server.spawn();
    String signals = "/v1/jobs/" + id + "/signals/go";
    String exit = "/s/" + TestServer.secretOf(id) + "/jobs/" + id + "/exit";
    assertTooLarge(server.post("/v1/jobs", " ".repeat(300 << 10)), "body", "256KiB");
    assertTooLarge(
        server.post("/v1/jobs", "{\"definition_name\":\"hello\",\"params\":" + text(9) + "}"),
        "params",
        "8KiB");
    assertTooLarge(server.post(signals, text(5)), "body", "4KiB");
    assertTooLarge(
        server.post(exit, "{\"exit_code\":0,\"output\":" + text(17) + "}"), "output", "16KiB");
    assertThat(server.post(signals, text(3)).statusCode()).isEqualTo(202);
  }

  private static String text(int kibibytes) {
    return "\"" + "x".repeat(kibibytes << 10) + "\"";
  }

  private static void assertTooLarge(HttpResponse<String> answer, String field, String limit) {
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(problem(answer).code()).isEqualTo("request.too_large");
    assertThat(problem(answer).field()).contains(field);
    assertThat(problem(answer).detail()).contains(limit);
  }

  @Test
  void idempotencyKeysAreBounded() throws Exception {
    server.spawn();
    HttpResponse<String> answer =
        server.post(
            "/v1/jobs", "{\"definition_name\":\"hello\"}", "Idempotency-Key", "x".repeat(129));
    assertRefused(answer, "Idempotency-Key", "128");
  }

  @Test
  void whatIsNowhereAndWhatCannotBeDoneThereAreProblems() throws Exception {
    HttpResponse<String> nowhere = server.get("/v2/jobs");
    assertThat(nowhere.statusCode()).isEqualTo(404);
    assertThat(problem(nowhere).code()).isEqualTo("route.not_found");
    assertThat(problem(nowhere).detail()).contains("/v2/jobs");
    HttpResponse<String> not = server.delete("/v1/jobs");
    assertThat(not.statusCode()).isEqualTo(405);
    assertThat(problem(not).code()).isEqualTo("method.not_allowed");
    assertThat(not.headers().firstValue("Allow")).contains("GET, POST");
  }

  @Test
  void aSecretInAnUnknownPathIsNotRepeated() throws Exception {
    assertThat(server.get("/s/geheim/jobs/x/nothing").body()).doesNotContain("geheim");
  }

  @Test
  void whatIsNoHttpOrTooLongIsAProblemToo() throws Exception {
    assertThat(raw("GET / HTTP/9.9\r\n\r\n")).contains("application/problem+json");
    String headers = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9_000);
    assertThat(raw(headers + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("request.headers_too_large");
    assertThat(raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 414")
        .contains("request.uri_too_long");
    assertThat(raw("GET /v1/jobs/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json")
        .doesNotContain("jetty");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(600), StandardCharsets.ISO_8859_1);
    }
  }
}
