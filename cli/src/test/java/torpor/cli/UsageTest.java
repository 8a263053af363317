package torpor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
  private static CommandLineRun run(String commandLine) {
    return CommandLineRun.of(
        Map.of(), Path.of("").toAbsolutePath(), "", commandLine.trim().split(" +"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job spwan x            | there is no command job spwan    | did you mean torpor job spawn?",
        "wake x                 | there is no command wake         | did you mean torpor job wake?",
        "stanby web             | there is no command stanby       | did you mean torpor standby?",
        "suspend web            | there is no command suspend      | did you mean torpor standby?",
        "delete web             | there is no command delete       | did you mean torpor rm?",
        "snapshot tkae web      | there is no command snapshot tkae | snapshot --help lists",
        "job list               | there is no command job list     | did you mean torpor job ps?",
        "job kill x             | there is no command job kill     | did you mean torpor job cancel?",
        "spawn x                | there is no command spawn        | did you mean torpor job spawn?",
        "run                    | run needs IMAGE                  | write torpor run IMAGE [CMD",
        "run --detached x       | run has no option --detached     | did you mean --detach?",
        "run --cpus many x      | --cpus cannot be \"many\"         | write a whole number",
        "exec web               | exec needs CMD                   | write torpor exec NAME CMD…",
        "exec -x web sh         | exec has no option -x            | exec --help lists the options",
        "cp a                   | cp needs DST                     | write torpor cp SRC DST",
        "snapshot restore web   | snapshot restore needs SNAPSHOT  | restore NAME SNAPSHOT",
        "volume create data     | volume create needs --size       | write torpor volume create",
        "evnts                  | there is no command evnts        | did you mean torpor events?",
        "job zzzzzzzz           | there is no command job zzzzzzzz | job --help lists",
        "job ps --sate live     | job ps has no option --sate | did you mean --state?",
        "job ps --zzzzzzzz=4    | job ps has no option --zzzzzzzz | --help lists the options",
        "job ps -z              | job ps has no option -z     | --help lists the options",
        "foo                    | there is no command foo            | torpor --help lists the commands",
        "job spawn x --param 1  | job spawn has no option --param    | did you mean --params?",
        "job show a b           | does not know what to do with \"b\" | write torpor job show ID",
        "job show               | job show needs ID           | write torpor job show ID",
        "job signal             | job signal needs ID | write torpor job signal ID NAME [JSON|@FILE]",
        "job rm                 | job rm needs ID             | write torpor job rm ID…",
        "job spawn x --params   | --params needs a value             | write --params JSON|@FILE",
        "job ps --limit many    | --limit cannot be \"many\"        | write a whole number",
        "job ps -o yaml         | --output cannot be \"yaml\"       | write one of table, json",
        "job spawn x --env A    | --env A has no value             | write --env A=VALUE",
        "job spawn x --wait=f   | --wait cannot be \"f\"            | write --wait without a value",
        "job ps --state a --state b | --state is given twice         | leave one out",
        "help job spwan         | there is no command job spwan    | did you mean torpor job spawn?",
      },
      quoteCharacter = '\0')
  void aWrongCommandLineIsToldInOurWordsWithWhatIsRight(String typed, String what, String remedy) {
    CommandLineRun run = run(typed);

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    List<String> lines = run.err().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).startsWith("torpor: ").contains(what);
    assertThat(lines.getLast()).startsWith("  do:   ").contains(remedy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "job", "job spawn", "definition add", "help"})
  void helpWithACommandIsThatCommandsHelp(String command) {
    CommandLineRun run = run("help " + command);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(run(command + " --help").out()).contains("Usage: torpor");
  }

  @Test
  void anEmptyIdIsToldBeforeAnythingIsAsked() {
    CommandLineRun run =
        CommandLineRun.of(Map.of(), Path.of("").toAbsolutePath(), "", "job", "logs", "");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("an id or a name is empty", "torpor job ps");
  }

  @Test
  void everyVerbShowsHowItIsUsed() {
    CommandLine root = Cli.of(Invocation.ofThisProcess(), List.of());

    assertThat(verbs(root))
        .hasSizeGreaterThan(40)
        .allSatisfy(verb ->
            assertThat(verb.getUsageMessage())
                .as(verb.getCommandSpec().qualifiedName())
                .containsPattern("Examples?:\\R  (torpor|source) "));
  }

  private static List<CommandLine> verbs(CommandLine command) {
    return command.getSubcommands().isEmpty()
        ? List.of(command)
        : command.getSubcommands().values().stream()
            .distinct()
            .flatMap(below -> verbs(below).stream())
            .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"job ps --limit 0", "job ps -n -3", "events --after -5"})
  void aNumberOutOfRangeIsToldByItsOption(String typed) {
    CommandLineRun run = run(typed);

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).containsPattern("--(limit|after) is -?\\d");
  }

  @Test
  void flagsThatAFileWouldHideAreRefused() {
    CommandLineRun run = run("definition add crawler.toml --name other --host http://127.0.0.1:1");

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--name does not go with the file crawler.toml");
  }
}
