package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherCommandsTest {
  private static final String EVENT =
      """
      id: %1$d
      event: job.suspended
      data: {"sequence": %1$d, "job_id": "job_1", "at": "2026-11-20T06:00:00Z",
      data: "kind": "job.suspended", "attributes": {"signal": "go"}}

      """;

  private final FakeDaemon daemon = new FakeDaemon();

  @AfterEach
  void stop() {
    daemon.close();
  }

  private CommandLineRun in(Path directory, String... arguments) {
    return CommandLineRun.of(Map.of("TORPOR_HOST", daemon.address()), directory, "", arguments);
  }

  @Test
  void aDefinitionIsAddedFromFlagsWithWholePaths(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("app"));

    CommandLineRun run =
        in(
            directory,
            "definition",
            "add",
            "--runtime",
            "wasm",
            "--module",
            "app.wasm",
            "--mount",
            "corpus:/corpus",
            "--memory",
            "64MiB",
            "--retries",
            "2");

    assertThat(run).isEqualTo(new CommandLineRun(0, "app@1\n", ""));
    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"name\":\"app\"", "\"runtime\":\"wasm\"", "\"max_retries\":2")
        .contains("\"module\":\"" + directory.resolve("app.wasm") + "\"")
        .contains("\"source\":\"" + directory.resolve("corpus") + "\"")
        .contains("\"limits\":{\"memory\":\"64MiB\"}");
  }

  @Test
  void aModuleAloneIsADefinition(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("app"));

    in(directory, "definition", "add", "app.wasm");

    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"name\":\"app\"", "\"runtime\":\"wasm\"")
        .contains("{\"module\":\"" + directory.resolve("app.wasm") + "\"}");
  }

  @Test
  void whatFollowsAModuleAreItsArguments(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("app"));

    in(directory, "definition", "add", "--runtime", "wasm", "app.wasm", "--", "-v");

    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"module\":\"" + directory.resolve("app.wasm") + "\"", "\"args\":[\"-v\"]");
  }

  @Test
  void aProgramThatIsTakenForADefinitionIsToldHowToBecomeOne(@TempDir Path directory)
      throws IOException {
    Files.writeString(directory.resolve("worker.py"), "print('hello')\n");

    CommandLineRun run = in(directory, "definition", "add", "worker.py");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err())
        .contains("worker.py is no definition", "torpor definition add --runtime process");
  }

  @Test
  void whereNothingIsThereTheNextStepIsToldBesideTheData(@TempDir Path directory) {
    daemon.answer("GET /v1/jobs", 200, "{\"jobs\": [], \"next_cursor\": null}");
    daemon.answer("GET /v1/definitions", 200, "{\"definitions\": [], \"next_cursor\": null}");

    assertThat(in(directory, "job", "ps").err()).contains("torpor job spawn NAME");
    assertThat(in(directory, "definition", "ls").err()).contains("torpor definition add FILE");
    assertThat(in(directory, "definition", "ls", "-o", "json").out()).isEqualTo("[]\n");
  }

  @Test
  void aRelativeProgramIsToldWithItsWholePath(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("x"));

    in(directory, "definition", "add", "--runtime", "process", "--name", "x", "--", "./run.sh");

    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"command\":[\"" + directory.resolve("run.sh") + "\"]");
  }

  @Test
  void aProcessMayBeGivenAWorkingDirectory(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("x"));

    in(
        directory,
        "definition",
        "add",
        "--runtime",
        "process",
        "--name",
        "x",
        "--workdir",
        "data",
        "--",
        "ls");

    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"workdir\":\"" + directory.resolve("data") + "\"");
  }

  @Test
  void aProcessIsDefinedByItsCommand(@TempDir Path directory) {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("hello"));

    in(
        directory,
        "definition",
        "add",
        "--runtime",
        "process",
        "--name",
        "hello",
        "--",
        "echo",
        "-n",
        "hi");

    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"config\":{\"command\":[\"echo\",\"-n\",\"hi\"]}");
  }

  @Test
  void aDefinitionIsReadFromTomlAndItsPathsAreRelativeToTheFile(@TempDir Path directory)
      throws IOException {
    daemon.answer("POST /v1/definitions", 201, Samples.definition("crawler"));
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Files.writeString(
        folder.resolve("crawler.toml"),
        """
        name = "crawler"
        version = "3"
        runtime = "wasm"
        timeout = "2h"
        [config]
        module = "crawler.wasm"
        [retry_policy]
        max_attempts = 5
        """);

    assertThat(in(directory, "definition", "add", "folder/crawler.toml").exitCode()).isZero();
    assertThat(daemon.onlyAsked("POST").body())
        .contains("\"module\":\"" + folder.resolve("crawler.wasm") + "\"")
        .contains("\"version\":\"3\"", "\"timeout\":\"2h\"", "\"max_attempts\":5");
  }

  @Test
  void anUnknownFieldOfADefinitionIsNamedWithTheOneThatWasMeant(@TempDir Path directory)
      throws IOException {
    Files.writeString(
        directory.resolve("d.json"),
        "{\"name\": \"a\", \"version\": \"1\", \"runtim\": \"wasm\", \"config\": {}}");

    CommandLineRun run = in(directory, "definition", "add", "d.json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err()).contains("unknown field runtim").contains("did you mean runtime?");
    assertThat(daemon.asked()).isEmpty();
  }

  @Test
  void aDefinitionFileWithoutAVersionIsTheFirst(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("d.toml"), "name = \"a\"\nruntime = \"process\"\n[config]\n");

    CommandLineRun.of(
        Map.of("TORPOR_HOST", daemon.address()), directory, "", "definition", "add", "d.toml");

    assertThat(daemon.onlyAsked("POST").body()).contains("\"version\":\"1\"");
  }

  @Test
  void aDefinitionFileWithoutANameIsToldSo(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("d.json"), "{\"nam\": \"a\", \"config\": {}}");

    CommandLineRun run = in(directory, "definition", "add", "d.json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err()).contains("it has no name");
  }

  @Test
  void everyErrorOfATomlFileIsToldWithItsLine(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("d.toml"), "name = \nversion = 1x\n");

    CommandLineRun run = in(directory, "definition", "add", "d.toml");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err()).contains("d.toml:1:").contains("d.toml:2:");
  }

  @Test
  void aMissingFileIsBadData(@TempDir Path directory) {
    CommandLineRun run = in(directory, "definition", "add", "nowhere.json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_DATA);
    assertThat(run.err()).contains("nowhere.json cannot be read");
  }

  @Test
  void eventsGoOnAfterTheLastOneSeenWhenTheConnectionBreaks() {
    daemon.stream("GET /v1/events", ": hello\n\n" + EVENT.formatted(5) + EVENT.formatted(6)).stream(
            "GET /v1/events", EVENT.formatted(7))
        .refuse("GET /v1/events", 401, "request.unauthenticated", "no key", "Send one.");

    CommandLineRun run = CommandLineRun.of(daemon, "events", "-f");

    assertThat(run.out().lines().map(line -> line.substring(0, 1))).containsExactly("5", "6", "7");
    assertThat(run.out()).contains("job.suspended").contains("signal=go");
    assertThat(daemon.asked().get(0).header("last-event-id")).isEmpty();
    assertThat(daemon.asked().get(1).header("last-event-id")).isEqualTo("6");
    assertThat(daemon.asked().get(2).header("last-event-id")).isEqualTo("7");
    assertThat(run.err()).contains("connection lost").contains("request.unauthenticated");
    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void theColumnsOfEventsAreAligned() {
    daemon.answer(
        "GET /v1/events",
        200,
        """
        {"next_cursor": "12", "events": [
         {"sequence": 9, "job_id": "job_1", "at": "2026-11-20T06:00:00Z", "kind": "a",
          "attributes": {}},
         {"sequence": 12, "job_id": "job_1", "at": "2026-11-20T06:00:00Z", "kind": "a",
          "attributes": {}}]}\
        """);
    daemon.answer("GET /v1/events", 200, "{\"next_cursor\": \"12\", \"events\": []}");

    List<String> lines = CommandLineRun.of(daemon, "events").out().lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().indexOf("2026")).isEqualTo(lines.getLast().indexOf("2026"));
  }

  @Test
  void whereAKeyIsAskedForTheRemedySaysHowToGiveOneHere() {
    daemon.refuse(
        "GET /v1/jobs", 401, "request.unauthenticated", "No key", "Send Authorization: Bearer.");

    CommandLineRun run = CommandLineRun.of(daemon, "job", "ps");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err())
        .contains("torpor key create NAME", "export TORPOR_API_KEY=")
        .doesNotContain("Bearer");
  }

  @Test
  void aKeyIsPrintedOnceAndTheOneInUseIsSent() {
    daemon.answer(
        "POST /v1/keys",
        201,
        "{\"id\": \"k1\", \"name\": \"ci\", \"key\": \"secret\","
            + " \"created_at\": \"2026-11-20T06:00:00Z\"}");

    CommandLineRun run =
        CommandLineRun.of(
            Map.of("TORPOR_HOST", daemon.address(), "TORPOR_API_KEY", "mine"),
            Path.of("/"),
            "",
            "key",
            "create",
            "ci");

    assertThat(run.out()).isEqualTo("secret\n");
    assertThat(daemon.onlyAsked("POST").header("authorization")).isEqualTo("Bearer mine");
  }

  @Test
  void aKeyIsNotSaidToBeRemovedWhereANameIsGivenForItsId() {
    daemon.answer(
        "GET /v1/keys",
        200,
        "{\"keys\": [{\"id\": \"k1\", \"name\": \"ci\","
            + " \"created_at\": \"2026-11-20T06:00:00Z\"}]}");

    CommandLineRun run = CommandLineRun.of(daemon, "key", "rm", "ci");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("no key was removed", "torpor key ls");
    assertThat(daemon.asked()).extracting(FakeDaemon.Asked::method).containsExactly("GET");
  }

  @Test
  void whereNoDaemonListensTheRemedySaysHowToStartOne(@TempDir Path directory) {
    CommandLineRun run =
        CommandLineRun.of(Map.of("TORPOR_HOST", "http://127.0.0.1:1"), directory, "", "job", "ps");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("no daemon answers at http://127.0.0.1:1", "torpor serve");
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void aMissingSocketIsNotADefect(@TempDir Path directory) {
    String socket = "unix://" + directory.resolve("none.sock");

    CommandLineRun run =
        CommandLineRun.of(Map.of(), directory, "", "events", "-f", "--host", socket);

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("no daemon answers at " + socket);
  }

  @Test
  void somethingElseThatAnswersIsNotTakenForADaemon() {
    CommandLineRun run = CommandLineRun.of(daemon, "key", "ls");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.err()).contains("status 404");
  }

  @Test
  void aMistypedCommandSuggestsTheRightOne(@TempDir Path directory) {
    CommandLineRun run = in(directory, "job", "spwan", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("spawn");
  }

  @Test
  void aVerbWithoutItsNounSuggestsBoth(@TempDir Path directory) {
    CommandLineRun run = in(directory, "wake", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("did you mean torpor job wake?");
  }

  @Test
  void theVersionIsAnOptionToo(@TempDir Path directory) {
    CommandLineRun run = in(directory, "--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(in(directory, "version").out());
  }

  @Test
  void withoutACommandTheCommandsAreListed(@TempDir Path directory) {
    CommandLineRun run = in(directory);

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("definition", "events", "completion");
  }

  @Test
  void helpIsDataAndSucceeds(@TempDir Path directory) {
    CommandLineRun run = in(directory, "job", "retry", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("--from");
  }

  @Test
  void theCompletionScriptKnowsTheCommands(@TempDir Path directory) {
    assertThat(in(directory, "completion").out()).contains("spawn", "_complete_torpor");
  }
}
