package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
  private static final String ONE = "/v1/instances/" + Samples.INSTANCE_ID;

  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  private static String created(String state) {
    return "{\"type\": \"instance\", \"instance\": " + Samples.instance("web", state) + "}\n";
  }

  @Test
  void everyOptionIsSentAndTheIdPrinted() {
    daemon.answer("POST /v1/instances", 200, created("Running"));

    CommandLineRun run =
        CommandLineRun.of(
            Map.of("TORPOR_HOST", daemon.address(), "OWN", "mine"),
            Path.of("").toAbsolutePath(),
            "",
            ("run -d --name web -p 8080:80 -p 0.0.0.0:53:53/udp -e A=b=c -e OWN -m 512m --cpus 2"
                    + " --disk 2GB -w /srv -u 1000:users -v data:/data:overlay"
                    + " --restart on-failure:3 --ttl 1h --idle-standby 5m --tag team=x --protect"
                    + " nginx:alpine nginx -g --daemon-off")
                .split(" "));

    assertThat(run).isEqualTo(new CommandLineRun(0, Samples.INSTANCE_ID + "\n", ""));
    assertThat(daemon.onlyAsked("POST").header("accept")).isEqualTo("application/x-ndjson");
    assertThat(daemon.onlyAsked("POST").body())
        .contains(
            "\"name\":\"web\",\"image\":\"nginx:alpine\",\"vcpus\":2,\"size\":\"512MB\"",
            "\"overlay_size\":\"2GB\"",
            "\"A\":\"b=c\"",
            "\"OWN\":\"mine\"",
            "\"cmd\":[\"nginx\",\"-g\",\"--daemon-off\"]",
            "\"working_dir\":\"/srv\",\"user\":\"1000:users\"",
            "{\"host_port\":8080,\"guest_port\":80}",
            "{\"host_address\":\"0.0.0.0\",\"host_port\":53,\"guest_port\":53,\"protocol\":\"udp\"}",
            "\"volume_id\":\"data\",\"mount_path\":\"/data\",\"readonly\":true,\"overlay\":true",
            "\"restart_policy\":{\"policy\":\"on_failure\",\"max_attempts\":3}",
            "\"auto_standby\":{\"enabled\":true,\"idle_timeout\":\"5m\"",
            "\"ttl\":\"1h\",\"protect\":true,\"tags\":{\"team\":\"x\"}");
  }

  @Test
  void aMachineWithoutANameGetsItsImages() {
    daemon.answer("POST /v1/instances", 200, created("Running"));

    CommandLineRun.of(daemon, "run", "-d", "--network", "none", "ghcr.io/x/My_App:1.2@sha256:0");

    assertThat(daemon.onlyAsked("POST").body())
        .containsPattern("\"name\":\"my-app-[0-9a-z]{5}\"")
        .contains("\"network\":{\"enabled\":false}");
  }

  @Test
  void aMachineIsInANetworkWithinItsBoundsAndLookedAfter() {
    daemon.answer("POST /v1/instances", 200, created("Running"));

    CommandLineRun.of(
        daemon,
        ("run -d --network blue --egress 192.0.2.0/24,198.51.100.7 --download 10MB/s"
                + " --health-cmd true --health-interval 2s --health-retries 5 nginx:alpine")
            .split(" "));

    assertThat(daemon.onlyAsked("POST").body())
        .contains(
            "\"network\":{\"bandwidth_download\":\"10MB/s\","
                + "\"egress\":[\"192.0.2.0/24\",\"198.51.100.7\"],\"name\":\"blue\"}",
            "\"health_check\":{\"type\":\"exec\",\"exec\":{\"command\":[\"/bin/sh\",\"-c\",\"true\"]}",
            "\"interval\":\"2s\"",
            "\"failure_threshold\":5");
  }

  @Test
  void progressGoesToStderrAsALineForEachStepAndTenPercent() {
    String image = "{\"type\": \"progress\", \"step\": \"image\", \"image\": %s}\n";
    daemon.answer(
        "POST /v1/instances",
        200,
        image.formatted(Samples.image("pending", "").replace("position\": null", "position\": 2"))
            + image.formatted(Samples.image("pulling", "\"percent\": 5"))
            + image.formatted(Samples.image("pulling", "\"percent\": 55"))
            + image.formatted(Samples.image("converting", ""))
            + "{\"type\": \"progress\", \"step\": \"start\"}\n"
            + "{\"type\": \"progress\", \"step\": \"start\"}\n"
            + created("Running"));

    CommandLineRun run = CommandLineRun.of(daemon, "run", "-d", "nginx:alpine");

    assertThat(run.out()).isEqualTo(Samples.INSTANCE_ID + "\n");
    assertThat(run.err().lines())
        .containsExactly(
            "waiting for others' images, number 2 in line",
            "pulling docker.io/library/nginx:alpine: 5 %",
            "pulling docker.io/library/nginx:alpine: 55 %",
            "pulling docker.io/library/nginx:alpine: 100 %",
            "converting docker.io/library/nginx:alpine",
            "booting");
  }

  @Test
  void inFrontItShowsTheLogAndPassesTheExitCodeThrough() {
    daemon
        .answer("POST /v1/instances", 200, created("Running"))
        .wholeStream("GET " + ONE + "/logs", "id: 6\ndata: \"hello\"\n\n")
        .answer("GET " + ONE + "/wait", 200, "{\"state\": \"Stopped\", \"timed_out\": false}")
        .answer("GET " + ONE, 200, Samples.instance("web", "Stopped", "\"exit_code\": 7"))
        .answer("DELETE " + ONE, 204, "");

    CommandLineRun run = CommandLineRun.of(daemon, "run", "--rm", "alpine", "echo", "hello");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEqualTo("hello\n");
    assertThat(run.err()).isEqualTo("web runs (" + Samples.INSTANCE_ID + ")\n");
    assertThat(daemon.targets().getLast()).isEqualTo("DELETE " + ONE);
  }

  @Test
  void oneThatFailsInFrontSaysWhyAndIsOne() {
    daemon
        .answer("POST /v1/instances", 200, created("Running"))
        .wholeStream("GET " + ONE + "/logs", "")
        .answer("GET " + ONE + "/wait", 200, "{\"state\": \"Failed\", \"timed_out\": false}")
        .answer(
            "GET " + ONE,
            200,
            Samples.instance("web", "Failed", "\"exit_code\": null, \"state_error\": \"lost\""));

    CommandLineRun run = CommandLineRun.of(daemon, "run", "alpine");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("web failed: lost", "ended without an exit code");
  }

  @Test
  void aCreateThatFailsOnTheWayIsARefusal() {
    daemon.answer(
        "POST /v1/instances",
        200,
        "{\"type\": \"progress\", \"step\": \"image\"}\n{\"type\": \"problem\", \"problem\":"
            + " {\"type\": \"about:blank\", \"title\": \"Not found\", \"status\": 404,"
            + " \"detail\": \"no such image\", \"code\": \"image.not_found\","
            + " \"remediation\": \"Check its name.\", \"retryable\": false}}\n");

    CommandLineRun run = CommandLineRun.of(daemon, "run", "-d", "nothing");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            """
            looking for the image
            torpor: not found [image.not_found]
              why:  no such image
              do:   Check its name.
            """);
  }

  @Test
  void aBrokenConnectionIsTriedAgainUnderTheSameIdempotencyKey() {
    daemon.hangUp("POST /v1/instances").answer("POST /v1/instances", 200, created("Running"));

    assertThat(CommandLineRun.of(daemon, "run", "-d", "alpine").exitCode()).isZero();
    assertThat(daemon.asked().get(0).header("idempotency-key"))
        .isNotEmpty()
        .isEqualTo(daemon.asked().get(1).header("idempotency-key"));
  }

  @Test
  void anAnswerThatBreaksOffWithoutAnEndIsNoSuccess() {
    daemon.answer("POST /v1/instances", 200, "{\"type\": \"progress\", \"step\": \"start\"}\n");

    CommandLineRun run = CommandLineRun.of(daemon, "run", "-d", "alpine");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("did not say how the creation", "torpor ps --all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-p 80             | --publish \"80\" publishes no port     | HOST_PORT:PORT",
        "-p 0:80           | --publish \"0:80\" publishes no port   | 8080:80",
        "-p 80:70000       | --publish \"80:70000\" publishes       | 8080:80",
        "-p 80:80/sctp     | --publish \"80:80/sctp\" publishes     | /udp",
        "-v /home:/home    | --volume                             | VOLUME:/PATH",
        "-v data:relative  | --volume \"data:relative\" mounts no   | VOLUME:/PATH",
        "-v data:/x:rx     | --volume \"data:/x:rx\" mounts no      | overlay",
        "-m much           | --memory: 'much' is not a size       | write --memory 512MB",
        "--disk -1GB       | --disk: '-1GB' is not a size         | write --disk 512MB",
        "--ttl soon        | --ttl: 'soon' is not a duration      | write --ttl 90s",
        "--idle-standby 5  | --idle-standby: '5' is not a duration | write --idle-standby",
        "--restart maybe   | --restart cannot be \"maybe\"          | on-failure:3",
        "--restart no:3    | --restart cannot be \"no:3\"           | on-failure:3",
        "-e =x             | --env \"=x\" names no variable         | --env KEY=VALUE",
        "-e NOWHERE        | --env NOWHERE has no value           | --env NOWHERE=VALUE",
        "-d --rm           | --rm does not go with --detach       | --ttl 1h",
      },
      quoteCharacter = '\0')
  void aWrongOptionIsToldBeforeAnythingIsSent(String options, String what, String remedy) {
    CommandLineRun run = CommandLineRun.of(daemon, ("run " + options + " alpine").split(" "));

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(what).contains(remedy);
    assertThat(daemon.asked()).isEmpty();
  }
}
