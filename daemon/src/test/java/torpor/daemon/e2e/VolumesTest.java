package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.volume.Volume;

/// Volumes of real machines through the public API: what is written in one is there in the next,
/// and goes back and forth in time with the memory of the machine that writes it. In the end
/// nothing may be left over.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VolumesTest {
  /// Names a directory that `guest/init/kernel.sh` has printed.
  private static final String KERNEL = "TORPOR_TEST_KERNEL";

  private static final int KILLS = Integer.getInteger("e2e.volume.kills", 6);
  private static final Duration ONE_TRY = Duration.ofSeconds(20);

  /// Serves a page that carries out what is posted to it.
  private static final String SHELL =
      """
      busybox mkdir -p /tmp/www/cgi-bin
      echo '#!/bin/sh
      echo Content-Type: text/plain
      echo
      eval "$(cat)" 2>&1' > /tmp/www/cgi-bin/run
      busybox chmod 755 /tmp/www/cgi-bin/run
      exec httpd -f -p 80 -h /tmp/www
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private static Path home;
  private RunningDaemon daemon;
  private Instances instances;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = demandHost();
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + pool()));
    instances = new Instances(daemon.client(), MachineImage.in(home));
  }

  /// Skips the class, and says so, where machines cannot be.
  private static Path demandHost() throws IOException {
    List<String> missing =
        Stream.of("busybox", "ip", "nft", "mkfs.erofs", "umoci", "mkfs.ext4", "resize2fs", "tar")
            .filter(program -> HostTools.find(program).isEmpty())
            .toList();
    Optional<String> kernel = Optional.ofNullable(System.getenv(KERNEL));
    if (!missing.isEmpty() || kernel.isEmpty() || !HostTools.isRoot()) {
      String why = "machines take root, %s, and programs: %s".formatted(KERNEL, missing);
      System.err.println("SKIPPED, since no volumes are tested: " + why);
      Assumptions.abort(why);
    }
    return Path.of(kernel.orElseThrow());
  }

  /// Where nobody is as a rule, and another run seldom.
  private static String pool() {
    return "10.213.%d.0/20".formatted(16 * ThreadLocalRandom.current().nextInt(16));
  }

  @AfterEach
  void nothingIsLeftOver() {
    instances.deleteAll();
    for (Volume volume : volumes()) {
      assertThat(daemon.client().delete("/v1/volumes/" + volume.id()).status()).isEqualTo(204);
    }
    LeakAudit.demandClean(daemon);
  }

  @AfterAll
  void stopDaemon() throws Exception {
    if (daemon != null) {
      daemon.close();
      for (long pid : MachineTraces.processes(daemon.data(), Optional.empty())) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private List<Volume> volumes() {
    return List.of(daemon.client().get("/v1/volumes").as(Volume[].class));
  }

  private Volume volume(String name) {
    return daemon
        .client()
        .post("/v1/volumes", "{\"name\":\"%s\",\"size_gb\":1}".formatted(name))
        .as(Volume.class);
  }

  private Client.Answer wish(String name, String volume, String mode) {
    return daemon
        .client()
        .post(
            "/v1/instances?timeout=50s",
            """
            {"name":"%s","image":%s,"cmd":["/bin/sh","-c",%s],"size":"128MB","overlay_size":"64MB",\
            "wait":true,"volumes":[{"volume_id":"%s","mount_path":"/data"%s}]}\
            """
                .formatted(
                    name, WireJson.write(instances.image()), WireJson.write(SHELL), volume, mode));
  }

  private Instance run(String name, String volume, String mode) {
    wish(name, volume, mode).as(Instance.class);
    return instances.await(name, "Running");
  }

  private Instance writer(String name, String volume) {
    return run(name, volume, "");
  }

  private Instance reader(String name, String volume) {
    return run(name, volume, ",\"readonly\":true");
  }

  /// What a machine says to a command; insists until its server serves.
  private String in(String machine, String command) {
    String address = instances.show(machine).network().ip().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/cgi-bin/run"))
            .timeout(ONE_TRY)
            .POST(HttpRequest.BodyPublishers.ofString(command))
            .build();
    return Awaitility.await(machine + " answers")
        .atMost(Instances.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> http.send(request, HttpResponse.BodyHandlers.ofString()),
            answer -> answer.statusCode() == 200)
        .body()
        .strip();
  }

  @Test
  void whatAMachineWroteIsReadByTheNextAndByManyAtOnce() {
    volume("data");
    writer("web", "data");
    in("web", "echo hello > /data/file");
    Client.Answer refused = wish("other", "data", ",\"readonly\":true");
    assertThat(refused.status()).as("%s", refused).isEqualTo(409);
    assertThat(refused.problem().code()).isEqualTo("volume.in_use");
    assertThat(refused.problem().detail()).contains("web");

    instances.put("web", "stop", "Stopped");
    reader("reader", "data");
    run("overlay", "data", ",\"readonly\":true,\"overlay\":true");
    assertThat(in("reader", "cat /data/file")).isEqualTo("hello");
    assertThat(in("reader", "echo no > /data/file")).contains("Read-only");
    assertThat(in("overlay", "echo mine > /data/file; cat /data/file")).isEqualTo("mine");
    assertThat(in("reader", "cat /data/file")).isEqualTo("hello");
    assertThat(daemon.client().post("/v1/instances/web/start", "").problem().code())
        .isEqualTo("volume.in_use");

    Client.Answer kept = daemon.client().delete("/v1/volumes/data");
    assertThat(kept.status()).as("%s", kept).isEqualTo(409);
    assertThat(kept.problem().detail()).containsAnyOf("web", "reader", "overlay");
  }

  @Test
  void aVolumeSleepsWakesAndGoesBackWithTheMemoryOfItsWriter() {
    volume("data");
    writer("web", "data");
    in("web", "echo one > /data/file; echo one > /tmp/memory");
    daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"first\"}");
    in("web", "echo two > /data/file; echo two > /tmp/memory");
    instances.put("web", "standby", "Standby");
    assertThat(wish("other", "data", ",\"readonly\":true").problem().code())
        .as("what sleeps still has it mounted")
        .isEqualTo("volume.in_use");
    instances.put("web", "restore", "Running");
    assertThat(in("web", "cat /data/file /tmp/memory")).isEqualTo("two\ntwo");

    Client.Answer forked =
        daemon
            .client()
            .post(
                "/v1/instances/web/fork?timeout=50s",
                "{\"name\":\"copy\",\"from_running\":true,\"target_state\":\"Running\"}");
    assertThat(forked.good()).as("%s", forked).isTrue();
    instances.await("copy", "Running");
    assertThat(in("copy", "cat /data/file; echo copied > /data/file; cat /data/file"))
        .isEqualTo("two\ncopied");
    assertThat(in("web", "cat /data/file")).isEqualTo("two");
    instances.put("copy", "stop", "Stopped");
    instances.put("copy", "start", "Running");
    assertThat(in("copy", "cat /data/file")).as("a copy stays").isEqualTo("copied");

    instances.put("web", "stop", "Stopped");
    Client.Answer back =
        daemon
            .client()
            .post(
                "/v1/instances/web/snapshots/first/restore?timeout=50s", "{\"allow_older\":true}");
    assertThat(back.good()).as("%s", back).isTrue();
    instances.await("web", "Running");
    assertThat(in("web", "cat /data/file /tmp/memory")).isEqualTo("one\none");
  }

  @Test
  void anOlderMemoryDoesNotTakeAnothersWorkAway() {
    volume("data");
    writer("web", "data");
    in("web", "echo one > /data/file");
    daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"first\"}");
    instances.put("web", "stop", "Stopped");
    writer("other", "data");
    in("other", "echo other > /data/file");
    instances.put("other", "stop", "Stopped");
    Client.Answer back =
        daemon.client().post("/v1/instances/web/snapshots/first/restore", "{\"allow_older\":true}");
    assertThat(back.problem().code()).isEqualTo("volume.changed");
    instances.put("web", "start", "Running");
    assertThat(in("web", "cat /data/file")).isEqualTo("other");
  }

  @Test
  void aVolumeGrowsAndIsMadeOfSnapshots() {
    volume("data");
    writer("web", "data");
    in("web", "echo one > /data/file; sync");
    daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"first\"}");
    in("web", "echo two > /data/file");
    instances.put("web", "stop", "Stopped");
    assertThat(daemon.client().post("/v1/volumes/data/snapshots", "{\"name\":\"second\"}").status())
        .isEqualTo(201);
    Volume larger =
        daemon.client().post("/v1/volumes/data/resize", "{\"size_gb\":3}").as(Volume.class);
    assertThat(larger.sizeGb()).isEqualTo(3);
    instances.put("web", "start", "Running");
    assertThat(in("web", "cat /data/file")).isEqualTo("two");
    assertThat(Long.parseLong(in("web", "busybox df -k /data | busybox awk 'END{print $2}'")))
        .isGreaterThan(2L << 20);

    String source = "{\"name\":\"%s\",\"source\":{\"volume_id\":\"data\",\"snapshot\":\"%s\"%s}}";
    Client client = daemon.client();
    client.post("/v1/volumes", source.formatted("v2", "second", "")).as(Volume.class);
    client
        .post("/v1/volumes", source.formatted("v1", "first", ",\"instance\":\"web\""))
        .as(Volume.class);
    reader("second", "v2");
    reader("first", "v1");
    assertThat(in("second", "cat /data/file")).isEqualTo("two");
    assertThat(in("first", "cat /data/file")).isEqualTo("one");
  }

  @Test
  void anArchiveIsUnpackedAndOneThatReachesOutIsRefused() throws Exception {
    Path tree = Files.createDirectories(home.resolve("archived/sub"));
    Files.writeString(tree.resolve("file"), "from the archive\n");
    Path good = home.resolve("good.tar.gz");
    HostTools.run("tar", "-C", home.resolve("archived").toString(), "-czf", good.toString(), ".");
    assertThat(upload("files", good).statusCode()).isEqualTo(201);
    reader("web", "files");
    assertThat(in("web", "cat /data/sub/file")).isEqualTo("from the archive");

    Path bad = home.resolve("bad.tar.gz");
    HostTools.run(
        "tar",
        "-C",
        tree.toString(),
        "-czPf",
        bad.toString(),
        "--transform=s,file,../../../escaped,",
        "file");
    HttpResponse<String> refused = upload("bad", bad);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("volume.invalid");
    assertThat(volumes()).hasSize(1);
  }

  private HttpResponse<String> upload(String name, Path archive)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/v1/volumes/from-archive?name=%s&size_gb=1"
                        .formatted(daemon.setup().port(), name)))
            .header("Content-Type", "application/gzip")
            .POST(HttpRequest.BodyPublishers.ofFile(archive))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void nothingOfAVolumeIsHalfDoneWheneverTheDaemonIsKilled() {
    volume("data");
    for (int kill = 0; kill < KILLS; kill++) {
      String name = "made-" + kill;
      boolean attach = kill % 2 == 1;
      CompletableFuture<Void> deed =
          CompletableFuture.runAsync(() -> {
            if (attach) {
              wish(name, "data", "");
            } else {
              volume(name);
            }
          });
      Client.pass(Duration.ofMillis(40L + 60L * kill));
      daemon.kill9();
      daemon.restart();
      deed.orTimeout(Instances.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .exceptionally(_ -> null)
          .join();
      instances.awaitSettled();
      assertThat(volumes()).allSatisfy(it -> assertThat(it.state()).isEqualTo("ready"));
      instances.deleteAll();
      LeakAudit.demandClean(daemon);
    }
    writer("last", "data");
    assertThat(in("last", "echo fine > /data/file; cat /data/file")).isEqualTo("fine");
  }
}
