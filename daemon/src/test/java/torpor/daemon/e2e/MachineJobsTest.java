package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import torpor.wire.Definition;
import torpor.wire.WireJson;

/// Jobs whose machines are virtual ones: they keep what is promised of jobs, whoever is killed.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachineJobsTest {
  @TempDir private static Path home;
  private RunningDaemon daemon;
  private Client client;
  private String image;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    image = MachineImage.in(home);
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()));
    client = daemon.client();
  }

  @AfterEach
  void nothingIsLeftOver() throws IOException {
    LeakAudit.demandClean(daemon);
    assertThat(MachineTraces.processes(daemon.data(), Optional.empty())).isEmpty();
  }

  @AfterAll
  void stopDaemon() throws IOException {
    if (daemon != null) {
      daemon.close();
      for (long pid : MachineTraces.processes(daemon.data(), Optional.empty())) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  /// As a person writes it, through the command line.
  private void define(String name, String chooses) throws IOException, InterruptedException {
    Path file = home.resolve(name + ".toml");
    Files.writeString(
        file,
        """
        name = "%s"
        %s
        [config]
        image = %s
        command = ["%s"]
        memory = "128MiB"
        disk = "64MiB"
        [retry_policy]
        max_attempts = 50
        crash_loop_limit = 50
        backoff = {kind = "fixed", initial = "100ms"}
        """
            .formatted(name, chooses, WireJson.write(image), MachineImage.WORKER));
    Torpor.Run added =
        Torpor.run(
            home,
            "definition",
            "add",
            file.toString(),
            "--host",
            "unix://" + daemon.setup().socket(),
            "-o",
            "json");
    assertThat(added.exitCode()).as("%s", added).isZero();
    assertThat(WireJson.read(added.out(), Definition.class).runtime()).isEqualTo("qemu");
  }

  /// Killed in turns: its machine, and the daemon under it, each while a checkpoint is asked for.
  @ParameterizedTest
  @ValueSource(strings = {"runtime = \"qemu\"", "isolation = \"vm\""})
  void itGoesOnFromItsMemoryAndHoldsNoneWhileItSleeps(String chooses) throws Exception {
    String name = chooses.replaceAll("[^a-z]", "");
    define(name, chooses);
    String job = client.spawn(name, "null");
    for (int turn = 1; turn <= 4; turn++) {
      client.awaitHappened(job, "job.checkpoint_started", 2 * turn);
      if (turn % 2 == 1) {
        killMachine(job);
      } else {
        daemon.kill9();
        daemon.restart();
      }
    }
    client.awaitHappened(job, "job.suspended", 1);
    Awaitility.await("no machine in its sleep").until(() -> machines(job).isEmpty());
    daemon.kill9();
    daemon.restart();
    assertThat(client.job(job).state()).isEqualTo("suspended");

    assertThat(client.signal(job, "go", "{}").status()).isEqualTo(202);
    JsonNode output = client.output(job);

    assertThat(output.get("done").values())
        .extracting(JsonNode::asInt)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, MachineImage.CHECKPOINTS).boxed().toList());
    List<String> lives =
        client.console(job).lines().filter(line -> line.startsWith("life ")).toList();
    assertThat(lives).containsExactly("life " + output.get("life").asString());
    History history = client.ended(job, "job.completed").neverRollsBack().everySleepEndsOnce();
    assertThat(history.count("job.restoring")).as("%s", history).isGreaterThanOrEqualTo(3);
  }

  private List<Long> machines(String job) throws IOException {
    return MachineTraces.processes(daemon.data(), Optional.of(job.toLowerCase(Locale.ROOT)));
  }

  private void killMachine(String job) throws IOException {
    for (long pid : machines(job)) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void anIsolationThatIsNotThereIsRefused() throws IOException {
    for (String isolation : List.of("container", "sandbox")) {
      Client.Answer answer =
          client.post(
              "/v1/definitions",
              "{\"name\":\"a\",\"version\":\"1\",\"isolation\":\"%s\"}".formatted(isolation));
      assertThat(answer.status()).as("%s", answer).isEqualTo(400);
      assertThat(answer.problem().field()).contains("isolation");
    }
  }
}
