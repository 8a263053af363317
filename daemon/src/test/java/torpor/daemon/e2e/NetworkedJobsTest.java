package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import tools.jackson.databind.JsonNode;
import torpor.network.host.HostFiles;
import torpor.wire.WireJson;
import torpor.wire.host.Resources;
import torpor.wire.instance.Instance;

/// The network of jobs' machines: what they reach, and that it is there after whatever was killed,
/// and gone when nobody needs it.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkedJobsTest {
  private static final int CALLS = 6;
  private static final String POLICY =
      """
      {"max_attempts": 50, "crash_loop_limit": 50,
       "backoff": {"kind": "fixed", "initial": "100ms"}}
      """;

  /// Without a time limit of its own, by which a static busybox breaks where there is no `/etc`.
  private static final String CALL =
      """
      call() {
        until wget -q -O /dev/shm/answer --post-data "$2" \
          "$TORPOR_API_URL/jobs/$TORPOR_JOB_ID/$1"
        do
          sleep 0.2
        done
      }
      """;

  /// Fetches the page between any two checkpoints, and once more after its sleep. Each page must
  /// have come: it does not go on before.
  private static final String CRAWL =
      CALL
          + """
          life=$(cat /proc/sys/kernel/random/uuid)
          n=0
          while [ $n -lt %2$d ]; do
            n=$((n + 1))
            until page=$(wget -q -O - http://%1$s); do sleep 0.2; done
            call checkpoint "{\\"token\\":\\"step-$n\\"}"
            pages="$pages,\\"$page\\""
          done
          call checkpoint '{"token":"nap","until_signal":"go"}'
          until page=$(wget -q -O - http://%1$s); do sleep 0.2; done
          call exit "{\\"exit_code\\":0,\\"output\\":{\\"life\\":\\"$life\\",\\"pages\\":[\\"$page\\"$pages]}}"
          """;

  /// Says which of two pages it gets, and what it sees of its network.
  private static final String LOOK =
      CALL
          + """
          one=no
          wget -q -O /dev/null http://%1$s && one=yes
          two=no
          wget -q -O /dev/null http://%2$s && two=yes
          gateway=none
          while read device to by rest; do
            [ "$to" = 00000000 ] && gateway="$device $by"
          done < /proc/net/route
          resolver=$(head -n 1 /etc/resolv.conf)
          call exit "{\\"exit_code\\":0,\\"output\\":{\\"one\\":\\"$one\\",\\"two\\":\\"$two\\",\\"gateway\\":\\"$gateway\\",\\"resolver\\":\\"$resolver\\"}}"
          """;

  @TempDir private static Path home;
  private Optional<MachineTraces> traces = Optional.empty();
  private RunningDaemon daemon;
  private Client client;
  private Instances instances;
  private OutsideHost outside;
  private String image;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    outside = OutsideHost.serve(home);
    image = MachineImage.in(home);
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()));
    client = daemon.client();
    instances = new Instances(client, image);
  }

  @AfterEach
  void nothingIsLeftOver() throws IOException {
    instances.deleteAll();
    LeakAudit.demandClean(daemon);
    // What makes a template ends by itself.
    Awaitility.await("no machine of nobody")
        .atMost(Instances.PATIENCE)
        .until(() -> MachineTraces.processes(daemon.data(), Optional.empty()).isEmpty());
    traces.ifPresent(NetworkedJobsTest::demandNoNetworks);
  }

  private static void demandNoNetworks(MachineTraces known) {
    Awaitility.await("no network of nobody")
        .atMost(Instances.PATIENCE)
        .untilAsserted(() ->
            assertThat(HostTools.run("ip", "-oneline", "link") + HostTools.run("ip", "netns"))
                .doesNotContain(known.mark()));
  }

  @AfterAll
  void stopDaemon() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    if (traces.isPresent()) {
      traces.get().removeAll();
    }
    if (outside != null) {
      outside.close();
    }
  }

  private void define(String name, Optional<String> network, String script) {
    String config =
        """
        {"image": %s, "command": ["/bin/sh", "-c", %s], "memory": "128MiB", "disk": "64MiB"%s}
        """
            .formatted(
                WireJson.write(image),
                WireJson.write(script),
                network.map(", \"network\": "::concat).orElse(""));
    client.define(name, "qemu", config, Optional.of(POLICY));
  }

  private static String page(String address) {
    return address + OutsideHost.PAGE;
  }

  private List<Long> machines(String job) throws IOException {
    return MachineTraces.processes(daemon.data(), Optional.of(ulid(job)));
  }

  private static String ulid(String job) {
    return job.substring(job.indexOf('_') + 1).toLowerCase(Locale.ROOT);
  }

  private void killMachine(String job) throws IOException {
    for (long pid : machines(job)) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private long slotsTaken() {
    return client.get("/v1/resources").as(Resources.class).network().allocated();
  }

  /// Two of one definition, side by side with the same address inside. Killed in turns: their
  /// machines, and the daemon under them.
  @Test
  void itCallsOutAfterEveryRestoreAndHoldsNothingWhileItSleeps() throws Exception {
    define("crawler", Optional.of("\"default\""), CRAWL.formatted(page(outside.first()), CALLS));
    List<String> jobs = List.of(client.spawn("crawler", "null"), client.spawn("crawler", "null"));
    client.awaitHappened(jobs.getFirst(), "job.checkpoint_started", 1);
    traces = Optional.of(MachineTraces.of(daemon.data(), "[a-z]+_" + ulid(jobs.getFirst())));
    assertThat(slotsTaken()).isPositive();
    for (int turn = 1; turn <= 4; turn++) {
      client.awaitHappened(jobs.get(turn % 2), "job.checkpoint_started", turn + 1);
      if (turn % 2 == 1) {
        killMachine(jobs.getFirst());
        killMachine(jobs.getLast());
      } else {
        daemon.kill9();
        daemon.restart();
      }
    }
    for (String job : jobs) {
      client.awaitHappened(job, "job.suspended", 1);
    }
    demandNoNetworks(traces.orElseThrow());
    assertThat(slotsTaken()).isZero();
    daemon.kill9();
    daemon.restart();

    for (String job : jobs) {
      assertThat(client.signal(job, "go", "{}").status()).isEqualTo(202);
    }
    for (String job : jobs) {
      JsonNode output = client.output(job);
      assertThat(output.get("pages").values())
          .extracting(JsonNode::asString)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(0, CALLS).mapToObj(_ -> OutsideHost.TEXT).toList());
      client.ended(job, "job.completed").neverRollsBack().everySleepEndsOnce();
    }
  }

  /// Dies with whatever it was about to do to networks: begun, ended and restored machines at once.
  @Test
  void aDaemonThatDiesAtAnyMomentLeavesNoNetworkOfNobody() throws Exception {
    define("passing", Optional.of("\"default\""), CRAWL.formatted(page(outside.first()), 1));
    for (int round = 0; round < 4; round++) {
      List<String> jobs = List.of(client.spawn("passing", "null"), client.spawn("passing", "null"));
      if (round == 0) {
        client.awaitHappened(jobs.getFirst(), "job.checkpoint_started", 1);
        traces = Optional.of(MachineTraces.of(daemon.data(), "[a-z]+_" + ulid(jobs.getFirst())));
      }
      client.awaitHappened(jobs.get(round % 2), "job.starting", 1);
      daemon.kill9();
      daemon.restart();
      for (String job : jobs) {
        client.awaitHappened(job, "job.suspended", 1);
      }
      client.cancel(jobs.getFirst());
      client.signal(jobs.getLast(), "go", "{}");
      client.awaitHappened(jobs.getLast(), "job.restoring", 1);
      killMachine(jobs.getLast());
      daemon.kill9();
      daemon.restart();
      client.result(jobs.getLast());
      LeakAudit.demandClean(daemon);
      demandNoNetworks(traces.orElseThrow());
    }
  }

  private JsonNode look(String name, Optional<String> network) {
    define(name, network, LOOK.formatted(page(outside.first()), page(outside.second())));
    return client.output(client.spawn(name, "null"));
  }

  private static Map<String, String> reached(JsonNode output) {
    return Map.of("one", output.get("one").asString(), "two", output.get("two").asString());
  }

  @Test
  void itReachesWhatItsDefinitionSaysAndNothingElse() {
    JsonNode open = look("open", Optional.of("{\"egress\": \"all\"}"));
    assertThat(reached(open)).isEqualTo(Map.of("one", "yes", "two", "yes"));
    assertThat(open.get("gateway").asString()).isEqualTo("eth0 0100000A");
    assertThat(open.get("resolver").asString())
        .isEqualTo(HostFiles.nameservers().isEmpty() ? "" : "nameserver 10.0.0.53");

    String ranges = "{\"egress\": [\"%s\"]}".formatted(outside.second());
    assertThat(reached(look("some", Optional.of(ranges))))
        .isEqualTo(Map.of("one", "no", "two", "yes"));

    JsonNode shut = look("shut", Optional.of("{\"egress\": \"none\"}"));
    assertThat(reached(shut)).isEqualTo(Map.of("one", "no", "two", "no"));
    assertThat(shut.get("gateway").asString()).isEqualTo("eth0 0100000A");

    for (Optional<String> none : List.of(Optional.<String>empty(), Optional.of("\"none\""))) {
      JsonNode without = look("without" + none.isPresent(), none);
      assertThat(reached(without)).isEqualTo(Map.of("one", "no", "two", "no"));
      assertThat(without.get("gateway").asString()).isEqualTo("none");
    }
  }

  @Test
  void itReachesInstancesOfItsNetwork() throws Exception {
    String body =
        """
        {"name": "asked", "image": %s, "cmd": ["%s"], "size": "128MB", "overlay_size": "64MB",
         "network": {"name": "blue"}}
        """
            .formatted(WireJson.write(image), MachineImage.PROGRAM);
    client.post("/v1/instances", body).as(Instance.class);
    Instance asked = instances.await("asked", "Running");
    String address = asked.network().ip().orElseThrow() + MachineImage.PAGE;
    Instances.ask(asked);
    String script = LOOK.formatted(address, page(outside.first()));
    define("friend", Optional.of("{\"name\": \"blue\", \"egress\": \"none\"}"), script);
    define("stranger", Optional.of("\"default\""), script);

    assertThat(reached(client.output(client.spawn("friend", "null"))))
        .isEqualTo(Map.of("one", "yes", "two", "no"));
    assertThat(reached(client.output(client.spawn("stranger", "null"))))
        .isEqualTo(Map.of("one", "no", "two", "yes"));
  }

  @Test
  void whatIsNoNetworkIsRefusedByItsField() {
    Client.Answer refused =
        client.post(
            "/v1/definitions",
            """
            {"name": "bad", "version": "1", "runtime": "qemu",
             "config": {"image": %s, "command": ["/bin/sh"], "network": {"egress": "some"}}}
            """
                .formatted(WireJson.write(image)));

    assertThat(refused.status()).as("%s", refused).isEqualTo(400);
    assertThat(refused.problem().field()).contains("network.egress");
  }
}
