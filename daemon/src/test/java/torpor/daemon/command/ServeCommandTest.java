package torpor.daemon.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import torpor.cli.Cli;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.daemon.config.Settings;
import torpor.wire.WireJson;

class ServeCommandTest {
  @TempDir private Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Settings> started = new ArrayList<>();

  private int run(Service.Starter starter, String... arguments) {
    Invocation invocation =
        new Invocation(
            Map.of(),
            home,
            home,
            "somebody",
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    List<CommandLine> local =
        List.of(
            new CommandLine(new ServeCommand(invocation, starter)),
            new CommandLine(new DoctorCommand(invocation)),
            ConfigCommand.of(invocation));
    return Cli.of(invocation, local).execute(arguments);
  }

  private Service stoppedWhenClosed(Settings settings) {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    return new Service() {
      @Override
      public String address() {
        return settings.listen().toString();
      }

      @Override
      public void awaitStop() {
        closed.orTimeout(10, TimeUnit.SECONDS).join();
      }

      @Override
      public void close() {
        closed.complete(true);
      }
    };
  }

  @Test
  void aCheckStartsAndStops() {
    assertThat(run(this::stoppedWhenClosed, "serve", "--check")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("torpor: ready\n");
  }

  private Service stoppedAtOnce(Settings settings) {
    started.add(settings);
    return new Service() {
      @Override
      public String address() {
        return "http://127.0.0.1:1";
      }

      @Override
      public void awaitStop() {}

      @Override
      public void close() {}
    };
  }

  private static Service refusing(Settings settings) {
    throw new CommandFailure(
        ExitCode.UNAVAILABLE, "the daemon does not start", "in use by " + settings.node(), "wait");
  }

  @Test
  void serveSaysWhereItListensAndThatItIsReady() {
    int exit = run(this::stoppedAtOnce, "serve", "--data", home.toString(), "--set", "node=n1");

    assertThat(exit).isZero();
    assertThat(started).singleElement().satisfies(s -> assertThat(s.node()).isEqualTo("n1"));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("torpor: listening on http://127.0.0.1:1\ntorpor: ready\n");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aBadConfigurationStartsNothing() {
    int exit = run(this::stoppedAtOnce, "serve", "--listen", "nowhere", "--set", "nod=x");

    assertThat(exit).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(started).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("nothing was started", "flag --listen", "did you mean node?")
        .doesNotContain("\tat ");
  }

  @Test
  void aBadValueIsToldByTheFlagThatWasTyped() {
    run(this::stoppedAtOnce, "serve", "--set", "foo=1", "--set", "limits.max_body=much");

    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("flag --set foo: unknown key foo", "flag --set limits.max_body: ");
  }

  @Test
  void configAndDoctorSpeakJsonToo() {
    run(this::stoppedAtOnce, "config", "show", "-o", "json", "--set", "node=n4");
    JsonNode settings = WireJson.mapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(settings.get("settings").values().stream().map(JsonNode::toString))
        .contains("{\"key\":\"node\",\"value\":\"n4\",\"origin\":\"flag --set node\"}");

    out.reset();
    run(this::stoppedAtOnce, "doctor", "-o", "json", "--data", "/dev/null/torpor");
    JsonNode findings = WireJson.mapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(findings.get("findings").values().stream())
        .filteredOn(finding -> finding.get("grade").stringValue().equals("fault"))
        .extracting(finding -> finding.get("what").stringValue())
        .contains("data directory");
  }

  @Test
  void aRefusalToStartIsToldWithoutAStackTrace() {
    int exit = run(ServeCommandTest::refusing, "serve", "--node", "n2");

    assertThat(exit).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("torpor: the daemon does not start\n  why:  in use by n2\n  do:   wait\n");
  }

  @Test
  void configShowTellsWhereEachValueCameFrom() {
    int exit = run(this::stoppedAtOnce, "config", "show", "--origin", "--node", "n3");

    assertThat(exit).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("node +n3 +flag --node\n")
        .containsPattern("listen +127.0.0.1:7070 +packaged defaults\n");
  }

  @Test
  void doctorFindsNothingWrongWithAnEmptyDirectoryAndSaysThatNoDaemonRuns() {
    int exit = run(this::stoppedAtOnce, "doctor", "--data", home.toString());

    assertThat(exit).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("ok +data directory")
        .containsPattern("note +daemon +none answers at unix://")
        .containsPattern("ok +runtime wasm +.*checkpoints")
        .containsPattern("runtime process")
        .contains("do: start it with torpor serve");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void doctorNamesADirectoryThatIsNoneAsAFault() {
    int exit = run(this::stoppedAtOnce, "doctor", "--data", "/dev/null/torpor");

    assertThat(exit).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("fault +data directory");
  }

  @Test
  void doctorLooksAtWhatMachinesNeed() {
    run(this::stoppedAtOnce, "doctor", "--data", home.toString());

    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("(ok|note) +machines")
        .containsPattern("(ok|note) +kvm")
        .containsPattern("(ok|note) +images")
        .containsPattern("(ok|note) +network");
  }

  @Test
  void withoutATerminalAndWithoutYesAFixIsOnlyShown() {
    int exit = run(this::stoppedAtOnce, "doctor", "--fix", "--data", home.toString());

    assertThat(exit).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("torpor: to be done:\n")
        .contains("qemu-system-x86", "guest/init/kernel.sh " + home.resolve("kernels"));
    assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("ok +data directory");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void yesAloneIsAWrongCommandLine() {
    assertThat(run(this::stoppedAtOnce, "doctor", "--yes")).isEqualTo(ExitCode.USAGE);
  }
}
