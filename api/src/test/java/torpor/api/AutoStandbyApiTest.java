package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.instance.AutoStandbyStatus;

/// What decides about standby, and who puts it off.
@Timeout(30)
class AutoStandbyApiTest {
  private static final String AUTO = "/v1/instances/web/auto-standby/";

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

  private void runWithIdleTime(String time) throws Exception {
    server.post(
        "/v1/instances?wait=true",
        "{\"name\":\"web\",\"image\":\"nginx:alpine\",\"auto_standby\":{\"idle_timeout\":\"%s\"}}"
            .formatted(time));
  }

  private static AutoStandbyStatus status(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return WireJson.read(answer.body(), AutoStandbyStatus.class);
  }

  @Test
  void withoutAnIdleTimeNothingDecidesAndAHoldDoesNothing() throws Exception {
    server.run("web");
    AutoStandbyStatus shown = status(server.get(AUTO + "status"));
    assertThat(shown.configured()).isFalse();
    assertThat(shown.status()).isEqualTo("disabled");
    assertThat(shown.nextStandbyAt()).isEmpty();
    assertThat(status(server.post(AUTO + "hold", "")).holdUntil()).isEmpty();
  }

  @Test
  void theCountdownIsShownAndBeginsAnewWithAHold() throws Exception {
    runWithIdleTime("1h");
    AutoStandbyStatus counting = status(server.get(AUTO + "status"));
    assertThat(counting.status()).isEqualTo("idle_countdown");
    assertThat(counting.reason()).isEqualTo("idle_timeout_not_elapsed");
    assertThat(counting.eligible()).isTrue();
    assertThat(counting.idleTimeout()).contains(Duration.ofHours(1));
    assertThat(counting.nextStandbyAt())
        .contains(counting.idleSince().orElseThrow().plus(Duration.ofHours(1)));
    assertThat(counting.holdUntil()).isEmpty();

    AutoStandbyStatus held = status(server.post(AUTO + "hold", ""));
    assertThat(held.holdUntil()).isPresent().isEqualTo(held.nextStandbyAt());
    assertThat(held.idleSince().orElseThrow()).isAfterOrEqualTo(counting.idleSince().orElseThrow());
    assertThat(status(server.get(AUTO + "status")).holdUntil()).isEqualTo(held.holdUntil());
  }

  @Test
  void whatSleepsIsNotHeld() throws Exception {
    runWithIdleTime("1h");
    server.post("/v1/instances/web/standby", "");
    assertThat(status(server.get(AUTO + "status")).status()).isEqualTo("ineligible");
    HttpResponse<String> refused = server.post(AUTO + "hold", "");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.problem(refused).code()).isEqualTo("instance.state");
  }
}
