package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The worker clients and their examples, unmodified, as jobs of the real daemon, which dies in the
/// middle of each.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerClientsTest {
  private static final String DEATH = "a Torpor daemon that dies";
  private static final Optional<String> TWO_ATTEMPTS =
      Optional.of("{\"max_retries\":1,\"retry_delay\":\"50ms\"}");
  private static final Optional<String> PYTHON = Guests.python();
  private static final Optional<String> NODE = Guests.node();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir private static Path home;
  private RunningDaemon daemon;
  private Client client;

  @BeforeAll
  void startDaemon() {
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home).with(WasmErrands.options().toArray(String[]::new)));
    client = daemon.client();
  }

  @AfterAll
  void nothingIsLeftOver() {
    try (RunningDaemon last = daemon) {
      LeakAudit.demandClean(last);
    }
  }

  /// Keeps to the languages that are installed, and says which are not.
  private static Map<String, String> installed(Map<String, Optional<String>> commands) {
    Map<String, String> found = new LinkedHashMap<>();
    commands.forEach((language, command) ->
        command.ifPresentOrElse(
            config -> found.put(language, config),
            () -> System.err.println("SKIPPED: " + language + " is not installed here")));
    return found;
  }

  @Test
  void theExampleOfEveryLanguageRunsAsAProcessOverAKill() {
    Map<String, Optional<String>> commands = new LinkedHashMap<>();
    commands.put("shell", Optional.of(command("/bin/sh", "shell/worker.sh")));
    commands.put("python", PYTHON.map(python -> command(python, "python/worker.py")));
    commands.put("node", NODE.map(node -> command(node, "node/worker.mjs")));
    commands.put("java", Optional.of(command(JAVA, "java/Worker.java")));
    Map<String, String> jobs = new LinkedHashMap<>();
    installed(commands)
        .forEach((language, config) -> {
          client.define("example-" + language, "process", config, WasmErrands.PATIENT);
          jobs.put(
              language, client.spawn("example-" + language, "{\"steps\":12,\"signal\":\"go\"}"));
        });
    // On a fast host the examples may be over by then; this one never is.
    client.define("patient", "process", Guests.shell("exec sleep 600"), WasmErrands.PATIENT);
    String patient = client.spawn("patient", "null");
    client.awaitState(patient, "running");
    jobs.values().forEach(job -> client.awaitState(job, "running,completed"));

    daemon.kill9();
    daemon.restart();

    assertThat(daemon.newLog())
        .containsPattern("\\d+ machines are alive and were adopted")
        .as("one line for all jobs")
        .doesNotContain(jobs.values());
    jobs.forEach((language, job) -> {
      assertThat(client.output(job)).hasToString("{\"total\":650,\"signal\":null}");
      assertThat(client.job(job).attempt()).as("attempts of %s", language).isEqualTo(1);
      client.ended(job, "job.completed");
    });
    assertThat(client.job(patient).attempt()).isEqualTo(1);
    assertThat(client.cancel(patient).good()).isTrue();
    client.ended(patient, "job.cancelled");
  }

  private static String command(String program, String file) {
    return Guests.command(program, Guests.file(file).toString());
  }

  @Test
  void everyLanguageHasTheWholeGuestApiAndRepeatsWhatADeathInterrupts() throws IOException {
    Map<String, String> jobs = new LinkedHashMap<>();
    installed(errands())
        .forEach((language, config) -> {
          client.define("errand-" + language, "process", config, WasmErrands.PATIENT);
          jobs.put(language, client.spawn("errand-" + language, "{\"who\":\"" + DEATH + "\"}"));
        });
    // Each of them is inside a call that waits for its signal, or about to be.
    jobs.values().forEach(this::awaitProgress);

    daemon.kill9();
    daemon.restart();

    jobs.forEach((language, job) -> {
      assertThat(client.signal(job, "go", "{\"to\":\"" + language + "\"}").status()).isEqualTo(202);
      JsonNode output = client.output(job);
      assertThat(output.get("who").stringValue()).isEqualTo(DEATH);
      assertThat(output.get("job").stringValue()).isEqualTo(job);
      assertThat(output.get("unsupported").booleanValue()).as("refusal in %s", language).isTrue();
      assertThat(output.get("signals").get(0).get("payload").get("to").stringValue())
          .isEqualTo(language);
      assertThat(client.job(job).generation()).as("lives of %s", language).isEqualTo(1);
      assertThat(client.job(job).progress().orElseThrow().percent()).contains(90.0);
    });
  }

  private void awaitProgress(String job) {
    Awaitility.await("progress of " + job)
        .atMost(RunningDaemon.PATIENCE)
        .until(() -> client.job(job).progress().isPresent());
  }

  private Map<String, Optional<String>> errands() throws IOException {
    Map<String, Optional<String>> errands = new LinkedHashMap<>();
    Path shell = Guests.unpacked("errand.sh", home);
    errands.put(
        "shell",
        Optional.of(
            withClient("{\"command\":[\"/bin/sh\",%s]", shell, Guests.file("shell/torpor.sh"))));
    Path python = Guests.unpacked("errand.py", home);
    errands.put("python", PYTHON.map(program -> Guests.python(program, python)));
    Path node = Guests.unpacked("errand.mjs", home);
    errands.put(
        "node",
        NODE.map(program ->
            withClient(
                "{\"command\":[" + Guests.quoted(program) + ",%s]",
                node,
                Guests.file("node/torpor.mjs"))));
    Path java = Guests.unpacked("JavaErrand.java", home);
    Files.copy(Guests.file("java/Torpor.java"), home.resolve("Torpor.java"));
    errands.put("java", Optional.of(Guests.command(JAVA, java.toString())));
    return errands;
  }

  private static String withClient(String command, Path script, Path client) {
    return command.formatted(Guests.quoted(script.toString()))
        + ",\"env\":{\"TORPOR_CLIENT\":%s}}".formatted(Guests.quoted(client.toString()));
  }

  @Test
  void theExamplesForWebAssemblyGoOnFromTheirCheckpointsOverKills() {
    client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), WasmErrands.PATIENT);
    client.define("sleeper", "wasm", Guests.wasm("c/examples/sleeper.wasm"), WasmErrands.PATIENT);
    String counter = client.spawn("counter", "{\"count\":12,\"pause_ms\":300}");
    String sleeper = client.spawn("sleeper", "null");
    for (int kills = 1; kills <= 3; kills++) {
      client.awaitHappened(counter, "job.checkpointed", 4 * kills);
      daemon.kill9();
      daemon.restart();
    }
    assertThat(client.output(counter).get("sum").asLong()).isEqualTo(650);
    client.ended(counter, "job.completed").neverRollsBack().everySleepEndsOnce();
    // Two sleeps and the wait, which somebody ends by hand; the program waits again.
    client.awaitHappened(sleeper, "job.suspended", 3);
    assertThat(client.wake(sleeper).good()).isTrue();
    client.awaitHappened(sleeper, "job.suspended", 4);
    assertThat(client.console(sleeper)).contains("woken by hand");
    assertThat(client.signal(sleeper, "go", "[1,2]").status()).isEqualTo(202);
    assertThat(client.output(sleeper)).hasToString("{\"signal\":[1,2]}");
    client.ended(sleeper, "job.completed").neverRollsBack().everySleepEndsOnce();
  }

  @Test
  void theLogTellsTheAttemptsOfAJobApart() {
    client.define("failing", "process", Guests.shell("echo I try; exit 3"), TWO_ATTEMPTS);
    String job = client.spawn("failing", "null");
    assertThat(client.result(job).state()).isEqualTo("failed");
    assertThat(client.console(job))
        .isEqualTo("I try\n--- torpor: attempt 2 starts over (generation 2) ---\nI try\n");
  }

  @Test
  void aWorkerWrittenForCheckerRunsUnmodified() {
    Assumptions.assumeTrue(PYTHON.isPresent(), "python3 is not installed here");
    client.define(
        "checker",
        "process",
        command(PYTHON.orElseThrow(), "checker/worker.py"),
        Optional.of("{\"max_retries\":0,\"retry_delay\":\"1s\"}"));
    String job = client.spawn("checker", "{\"steps\":0}");
    assertThat(client.output(job))
        .hasToString("{\"definition\":\"checker:1\",\"retry_count\":0,\"checkpointed\":false}");
  }
}
