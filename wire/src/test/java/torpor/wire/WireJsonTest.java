package torpor.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import torpor.wire.guest.ExitRequest;

class WireJsonTest {
  @Test
  void whatIsLeftOutIsEmptyAndNeverNull() {
    JobRequest request = readRequest("{\"definition_name\": \"hello\"}", JobRequest.class);
    assertThat(request)
        .isEqualTo(
            new JobRequest(
                "hello", Optional.empty(), RawJson.NULL, Map.of(), Map.of(), Optional.empty()));
  }

  @Test
  void aRequestIsWrittenAsItIsRead() {
    JobRequest request =
        new JobRequest(
            "hello",
            Optional.of("latest"),
            RawJson.parse("{\"a\": [1.10, null]}"),
            Map.of("K", "v"),
            Map.of(),
            Optional.of(Duration.ofMinutes(90)));
    String json = WireJson.write(request);
    assertThat(json)
        .contains("\"params\":{\"a\":[1.10,null]}", "\"timeout\":\"1h30m\"", "definition_version");
    assertThat(readRequest(json, JobRequest.class)).isEqualTo(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.10",
        "1e400",
        "12345678901234567890123",
        "-0.0",
        "\"ü\\n\"",
        "null",
        "[true,false,{}]"
      })
  void foreignJsonKeepsEveryDigit(String json) {
    assertThat(RawJson.parse(json).text()).isEqualTo(json);
    assertThat(readRequest("{\"exit_code\":0,\"output\":" + json + "}", ExitRequest.class).output())
        .isEqualTo(new RawJson(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"definition_name\":null}",
        "{\"definition_name\":7}",
        "{\"definition_name\":\"a\",\"env\":{\"K\":null}}",
        "{\"definition_name\":\"a\",\"timeout\":90}",
        "{\"definition_name\":\"a\",\"timeout\":\"-1s\"}",
        "{\"definition_name\":\"a\",\"definition_name\":\"b\"}",
        "{\"definition_name\":\"a\"} x",
        "[]",
        "\"a\"",
        ""
      })
  void malformedRequestsAreRefused(String json) {
    assertThatThrownBy(() -> readRequest(json, JobRequest.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void unknownFieldsAreRefusedInRequestsAndPassedOverInAnswers() {
    String json = "{\"job_id\":\"job_1\",\"repeated\":false,\"more\":1}";
    assertThat(WireJson.read(json, JobCreated.class)).isEqualTo(new JobCreated("job_1", false));
    assertThatThrownBy(() -> readRequest(json, JobCreated.class))
        .isInstanceOf(UnrecognizedPropertyException.class);
  }

  @Test
  void foreignJsonThatIsNullOrLeftOutIsNone() {
    assertThat(readRequest("{}", RetryRequest.class).from()).isEmpty();
    assertThat(readRequest("{\"from\":null}", RetryRequest.class).from()).isEmpty();
    assertThat(readRequest("{\"from\":3}", RetryRequest.class)).isEqualTo(RetryRequest.snapshot(3));
  }

  @Test
  void answersSayWhatIsNotThere() {
    assertThat(WireJson.write(new Waker(Optional.empty(), Optional.of("go"))))
        .isEqualTo("{\"at\":null,\"signal\":\"go\"}");
  }

  private static <T> T readRequest(String json, Class<T> type) {
    return WireJson.reader(type).readValue(json);
  }
}
