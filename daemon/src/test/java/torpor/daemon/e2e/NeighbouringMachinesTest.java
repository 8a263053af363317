package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.host.Resources;
import torpor.wire.instance.Instance;

/// What machines may reach and take, through the public API: the real daemon, QEMU and networks of
/// this host. A machine looks for another by a health check of its own.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeighbouringMachinesTest {
  @TempDir private static Path home;
  private Optional<MachineTraces> traces = Optional.empty();
  private RunningDaemon daemon;
  private Instances instances;
  private String image;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "machines.memory=600MiB")
                .with("--set", "network.pool=" + MachineHost.pool()));
    image = MachineImage.in(home);
    instances = new Instances(daemon.client(), image);
  }

  @AfterEach
  void nothingIsLeftOver() {
    instances.deleteAll();
    traces.ifPresent(MachineTraces::demandNone);
  }

  @AfterAll
  void stopDaemon() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    if (traces.isPresent()) {
      traces.get().removeAll();
    }
  }

  /// Once: a refusal for want of room asks to be repeated.
  private Client.Answer post(String name, String network, List<String> check) throws IOException {
    String body =
        """
        {"name": "%s", "image": %s, "cmd": ["%s"], "size": "128MB", "overlay_size": "64MB",
         "network": %s, "wait": true, "health_check": {"type": "exec", "interval": "1s",
         "timeout": "10s", "failure_threshold": 2, "exec": {"command": %s}}}
        """
            .formatted(
                name, WireJson.write(image), MachineImage.PROGRAM, network, WireJson.write(check));
    return daemon
        .client()
        .once(
            "POST",
            "/v1/instances?timeout=50s",
            body,
            Map.of("Content-Type", "application/json", "Idempotency-Key", name));
  }

  private Instance create(String name, String network, List<String> check) throws Exception {
    post(name, network, check).as(Instance.class);
    Instance running = instances.await(name, "Running");
    if (traces.isEmpty()) {
      traces = Optional.of(MachineTraces.of(daemon.data(), running.id()));
    }
    return running;
  }

  /// Without a time limit of its own, by which a static busybox breaks where there is no `/etc`.
  private static List<String> askFor(Instance other) {
    String page = "http://" + other.network().ip().orElseThrow() + MachineImage.PAGE;
    return List.of("/bin/busybox", "wget", "-q", "-O", "/dev/null", page);
  }

  private void awaitHealth(String name, String status) {
    Awaitility.await(name + " is " + status)
        .atMost(Instances.PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() -> {
          Instance.HealthStatus health = instances.show(name).healthStatus();
          assertThat(health.status()).as("%s", health).isEqualTo(status);
        });
  }

  @Test
  void aMachineReachesThoseOfItsNetworkAndNobodyElse() throws Exception {
    String blue = "{\"name\": \"blue\"}";
    Instance asked = create("asked", blue, List.of("/bin/busybox", "true"));
    create("friend", blue, askFor(asked));
    create("stranger", "{}", askFor(asked));

    awaitHealth("asked", "healthy");
    awaitHealth("friend", "healthy");
    awaitHealth("stranger", "unhealthy");

    instances.put("asked", "standby", "Standby");
    awaitHealth("friend", "unhealthy");
    instances.put("asked", "restore", "Running");
    awaitHealth("friend", "healthy");

    daemon.kill9();
    daemon.restart();
    awaitHealth("friend", "healthy");
    awaitHealth("stranger", "unhealthy");
  }

  @Test
  void whoHasWhatIsExplainedAndARefusalNamesTheSetting() throws Exception {
    for (int number = 1; number <= 4; number++) {
      create("web-" + number, "{}", List.of("/bin/busybox", "true"));
    }

    Client.Answer refused = post("one-more", "{}", List.of("/bin/busybox", "true"));

    assertThat(refused.status()).as("%s", refused).isEqualTo(503);
    assertThat(refused.problem().code()).isEqualTo("capacity.exhausted");
    assertThat(refused.problem().detail()).contains("512 MiB", "128 MiB", "machines.memory", "600");
    Resources resources = daemon.client().get("/v1/resources").as(Resources.class);
    assertThat(resources.enforcement().enforced()).isTrue();
    assertThat(resources.memory().allocated()).isEqualTo(512L << 20);
    assertThat(resources.memory().setting()).isEqualTo("machines.memory");
    assertThat(resources.allocations())
        .extracting(Resources.Allocation::instanceName)
        .containsExactlyInAnyOrder("web-1", "web-2", "web-3", "web-4");
  }
}
