package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.instance.Instance;

/// An evening with machines, as a person types it: an image from a registry that asks for a
/// password, and the commands of the README for it.
@Tag("e2e")
class TranscriptTest {
  private static final Pattern TICK = Pattern.compile("tick ([0-9]+)");
  private static final Set<String> GROUPS = Set.of("snapshot", "image");
  private static final Duration CLOCK = Duration.ofMillis(500);

  @TempDir private Path home;
  private RunningDaemon daemon;
  private Instances instances;
  private TestRegistry registry;
  private String image;

  @BeforeEach
  void start() throws Exception {
    Path kernel = MachineHost.demandKernel("skopeo", "docker-registry", "htpasswd", "script");
    registry = TestRegistry.start(Files.createDirectory(home.resolve("registry")));
    Path pusher = Files.createDirectory(home.resolve("pusher"));
    image =
        registry.push(MachineImage.layout(home, "alpine"), "nginx:alpine", registry.logIn(pusher));
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "machines.cpus=8")
                .with("--set", "network.pool=" + MachineHost.pool()),
            arguments -> {
              ProcessBuilder builder = Torpor.command(arguments);
              builder.environment().put("HOME", home.toString());
              builder.environment().remove("REGISTRY_AUTH_FILE");
              builder.environment().remove("XDG_RUNTIME_DIR");
              return builder;
            });
    instances = new Instances(daemon.client(), image);
  }

  @AfterEach
  void nothingIsLeftOver() throws Exception {
    try (TestRegistry open = registry) {
      if (daemon != null) {
        instances.deleteAll();
        LeakAudit.demandClean(daemon);
        assertThat(MachineTraces.processes(daemon.data(), Optional.empty())).isEmpty();
        daemon.close();
      }
      assertThat(open).isNotNull();
    }
  }

  private String[] line(String... words) {
    int verb = GROUPS.contains(words[0]) ? 2 : 1;
    List<String> all = new ArrayList<>(Arrays.asList(words).subList(0, verb));
    all.addAll(List.of("--host", "unix://" + daemon.setup().socket()));
    all.addAll(Arrays.asList(words).subList(verb, words.length));
    return all.toArray(String[]::new);
  }

  private Torpor.Run run(String... words) throws IOException, InterruptedException {
    return Torpor.run(home, line(words));
  }

  /// @return its stdout
  private String torpor(String... words) throws IOException, InterruptedException {
    Torpor.Run run = run(words);
    assertThat(run.exitCode()).as("%s: %s", String.join(" ", words), run).isZero();
    return run.out();
  }

  @Test
  void everythingAPersonDoesWithAMachine() throws Exception {
    int port = DaemonSetup.freePort();
    String[] create = {
      "run", "-d", "--name", "web", "-m", "128MB", "--disk", "64MB", "-p", port + ":80", image
    };
    Torpor.Run stranger = run(create);
    assertThat(stranger.exitCode()).as("without a password: %s", stranger).isNotZero();
    assertThat(stranger.err()).containsIgnoringCase("login");
    torpor("rm", "-f", "web");

    registry.logIn(home);
    Torpor.Run created = run(create);
    assertThat(created.exitCode()).as("%s", created).isZero();
    assertThat(created.err()).as("the steps of the pull").containsIgnoringCase("pull");
    assertThat(torpor("ps")).contains("web", image, String.valueOf(port));
    MachineImage.Memory first = Instances.ask(port);
    Instance web = instances.show("web");

    insideIt();
    filesGoOutAndIn(port);
    assertThat(torpor("stats", "web")).contains("web", "128");
    asleepAndAwake(port, web, first);
    fiveForks(web, Instances.ask(port));
    snapshots(port);

    torpor("rm", "-f", "web", "copy-1", "copy-2", "copy-3", "copy-4", "copy-5");
    assertThat(torpor("ps", "-a")).doesNotContain("web", "copy");
    assertThat(torpor("images")).contains("nginx");
  }

  private void insideIt() throws IOException, InterruptedException {
    assertThat(torpor("exec", "web", "hostname").strip()).isEqualTo("web");
    assertThat(run("exec", "web", "sh", "-c", "echo no >&2; exit 7"))
        .satisfies(run -> assertThat(run.exitCode()).isEqualTo(7))
        .satisfies(run -> assertThat(run.err()).contains("no"));
    String command =
        String.join(" ", Torpor.command(List.of(line("exec", "-it", "web", "sh"))).command());
    Process terminal =
        new ProcessBuilder("script", "-q", "-e", "-c", command, "/dev/null")
            .redirectErrorStream(true)
            .start();
    try (BufferedWriter keys = terminal.outputWriter()) {
      keys.write("tty && echo $((6 * 7)) && exit 5\r");
      keys.flush();
      String screen = new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(screen).contains("/dev/pts/", "42");
    }
    assertThat(terminal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(terminal.exitValue()).isEqualTo(5);
  }

  /// The image has no tar.
  private void filesGoOutAndIn(int port) throws IOException, InterruptedException {
    assertThat(run("exec", "web", "tar").exitCode()).isNotZero();
    torpor("cp", "web:/etc/mark", "mark");
    assertThat(home.resolve("mark")).hasContent("alpine");
    torpor("cp", "web:/www", "site");
    assertThat(home.resolve("site" + MachineImage.PAGE)).isExecutable();
    Files.writeString(home.resolve("page.html"), "from outside\n");
    torpor("cp", "page.html", "web:/www/page.html");
    assertThat(Instances.page("127.0.0.1:" + port, "/page.html")).isEqualTo("from outside\n");
    aTreeGoesThereAndBack();
    aCopyThatIsInterruptedSaysSo();
    assertThat(run("cp", "web:/none", ".").err()).contains("web has nothing at /none");
    assertThat(run("cp", "mark", "web:/no/such").err()).contains("mkdir -p /no");
    assertThat(run("cp", "web:/dev/null", ".").err()).contains("not everything was copied");
  }

  private void aTreeGoesThereAndBack() throws IOException, InterruptedException {
    Path tree = Files.createDirectories(home.resolve("tree/full/deep"));
    Files.write(tree.resolve("data"), new byte[3_000_000]);
    Files.createSymbolicLink(home.resolve("tree/link"), Path.of("full/deep/data"));
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("r-xr-x---"));
    torpor("cp", "tree", "web:/tmp");
    torpor("cp", "web:/tmp/tree/.", "back");
    Path back = home.resolve("back/full/deep");
    assertThat(back.resolve("data")).hasSameBinaryContentAs(tree.resolve("data"));
    assertThat(Files.getPosixFilePermissions(back)).isEqualTo(Files.getPosixFilePermissions(tree));
    assertThat(Files.readSymbolicLink(home.resolve("back/link"))).hasToString("full/deep/data");
  }

  private void aCopyThatIsInterruptedSaysSo() throws IOException, InterruptedException {
    torpor("exec", "web", "busybox", "truncate", "-s", "4G", "/tmp/big");
    Path into = Files.createDirectory(home.resolve("into"));
    Process copy = Torpor.command(List.of(line("cp", "web:/tmp/big", into.toString()))).start();
    try (BufferedReader said = copy.errorReader()) {
      Awaitility.await("it has begun").atMost(Instances.PATIENCE).until(() -> isBegun(into));
      // The process alone: a destroyed Process closes what is read from it.
      copy.toHandle().destroy();
      assertThat(said.readLine()).contains("interrupted; only 0 files");
      assertThat(copy.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      copy.destroyForcibly();
    }
    assertThat(into).isEmptyDirectory();
  }

  private static boolean isBegun(Path into) throws IOException {
    try (Stream<Path> files = Files.list(into)) {
      for (Path file : files.toList()) {
        if (Files.size(file) > 0) {
          return true;
        }
      }
      return false;
    }
  }

  /// The log is followed over the sleep.
  private void asleepAndAwake(int port, Instance before, MachineImage.Memory first)
      throws IOException, InterruptedException {
    Process logs = Torpor.command(List.of(line("logs", "-f", "web"))).start();
    try (BufferedReader said = logs.inputReader()) {
      assertThat(tick(said)).isNotNegative();
      torpor("standby", "web");
      assertThat(torpor("ps")).containsIgnoringCase("standby");
      assertThat(MachineTraces.processes(daemon.data(), Optional.empty())).isEmpty();
      torpor("restore", "web");
      MachineImage.Memory woken = Instances.ask(port);
      assertThat(woken).matches(it -> it.follows(first), "follows " + first);
      long later = tick(said);
      while (later < woken.count()) {
        later = tick(said);
      }
    } finally {
      logs.destroyForcibly();
    }
    assertThat(instances.show("web").network().ip()).isEqualTo(before.network().ip());
  }

  private static long tick(BufferedReader log) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher tick = TICK.matcher(line);
      if (tick.find()) {
        return Long.parseLong(tick.group(1));
      }
    }
    throw new AssertionError("the log ended");
  }

  private void fiveForks(Instance source, MachineImage.Memory before) throws Exception {
    assertThat(torpor("fork", "web", "--count", "5", "--name", "copy").lines()).hasSize(5);
    List<Instance> all = new ArrayList<>(List.of(source));
    for (int number = 1; number <= 5; number++) {
      all.add(instances.await("copy-" + number, "Running"));
    }
    Set<String> seen = new HashSet<>();
    for (Instance one : all) {
      assertThat(Instances.ask(one)).matches(it -> it.follows(before), "follows " + before);
      Instant asked = Instant.now();
      MachineImage.Self self = Instances.self(one);
      assertThat(self.clock()).isBetween(asked.minus(CLOCK), Instant.now().plus(CLOCK));
      assertThat(self.host()).isEqualTo(one.name());
      for (String own :
          List.of(self.host(), self.machineId(), self.random(), one.network().ip().orElseThrow())) {
        assertThat(seen.add(own)).as("%s of %s is its own", own, one.name()).isTrue();
      }
    }
  }

  private void snapshots(int port) throws IOException, InterruptedException {
    torpor("snapshot", "create", "web", "--name", "before");
    torpor("exec", "web", "sh", "-c", "echo 1 > /kept/after; sync");
    assertThat(torpor("snapshot", "ls", "web")).contains("before");
    torpor("stop", "web");
    torpor("snapshot", "restore", "web", "before");
    assertThat(Instances.ask(port).host()).isEqualTo("web");
    assertThat(torpor("exec", "web", "ls", "/kept").lines().collect(Collectors.toSet()))
        .containsExactly("starts");
    torpor("snapshot", "create", "web", "--name", "later");
    torpor("snapshot", "rm", "web", "before");
    assertThat(torpor("snapshot", "ls", "web")).contains("later").doesNotContain("before");
  }
}
