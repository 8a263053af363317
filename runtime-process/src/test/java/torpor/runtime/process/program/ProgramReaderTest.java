package torpor.runtime.process.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;

class ProgramReaderTest {

  @Test
  void everySettingIsReadAndWrittenBack() {
    Program program =
        new Program(
            List.of("/bin/sh", "-c", "é\n"),
            Map.of("B", "2", "A", "1"),
            Optional.of(Path.of("/srv")),
            new Limits(
                OptionalLong.of(512L << 20),
                Optional.of(Duration.ofMinutes(10)),
                OptionalInt.of(256),
                OptionalInt.of(64)));

    assertThat(
            ProgramReader.read(
                new JsonText(
                    """
                    {"command": ["/bin/sh", "-c", "é\\n"], "env": {"A": "1", "B": "2"},
                     "workdir": "/srv", "limits": {"memory": "512MiB", "cpu_time": "10m",
                     "files": 256, "processes": 64}}
                    """)))
        .isEqualTo(Reply.done(program));
    assertThat(ProgramReader.read(ProgramWriter.write(program))).isEqualTo(Reply.done(program));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
    assertRefused("{\"command\": [\"sh\"], \"work_dir\": \"/\"}", "work_dir", "'workdir'");
    assertRefused(
        "{\"command\": [\"sh\"], \"limits\": {\"cputime\": \"1s\"}}",
        "limits.cputime",
        "'limits.cpu_time'");
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    assertRefused("", "config", "command");
    assertRefused("{", "config", "JSON object");
    assertRefused("[]", "config", "command");
    assertRefused("{} {}", "config", "JSON object");
    assertRefused("{\"command\": [\"a\"], \"command\": [\"b\"]}", "config", "JSON object");
  }

  @Test
  void aCommandIsAnArrayOfStrings() {
    assertRefused("{}", "command", "program and its arguments");
    assertRefused("{\"command\": \"sh -c\"}", "command", "program and its arguments");
    assertRefused("{\"command\": [\" \"]}", "command[0]", "Name the program");
    assertRefused("{\"command\": [\"sh\", null]}", "command[1]", "quotes");
    assertRefused("{\"command\": [\"sh\", \"\\u0000\"]}", "command[1]", "Take it out");
  }

  @Test
  void anEnvironmentIsNamesAndStrings() {
    assertRefused(with("\"env\": []"), "env", "{");
    assertRefused(with("\"env\": {\"A\": 1}"), "env.A", "quotes");
    assertRefused(with("\"env\": {\"1A\": \"\"}"), "env.1A", "digit");
    assertRefused(
        with("\"env\": {\"TORPOR_INSTANCE_MARK\": \"\"}"), "env.TORPOR_INSTANCE_MARK", "Leave");
  }

  @Test
  void aWorkingDirectoryIsAbsolute() {
    assertRefused(with("\"workdir\": \"tmp\""), "workdir", "starts with /");
    assertRefused(with("\"workdir\": 1"), "workdir", "quotes");
  }

  @Test
  void limitsAreWithinReason() {
    assertRefused(limit("\"memory\": \"12\""), "limits.memory", "1MiB");
    assertRefused(limit("\"memory\": -1"), "limits.memory", "512MiB");
    assertRefused(limit("\"memory\": true"), "limits.memory", "quotes");
    assertRefused(limit("\"cpu_time\": \"500ms\""), "limits.cpu_time", "10m");
    assertRefused(limit("\"cpu_time\": \"1.5s\""), "limits.cpu_time", "10m");
    assertRefused(limit("\"cpu_time\": 10"), "limits.cpu_time", "quotes");
    assertRefused(limit("\"files\": 3"), "limits.files", "16");
    assertRefused(limit("\"files\": 1e3"), "limits.files", "16");
    assertRefused(limit("\"processes\": 9999999999"), "limits.processes", "from 1");
  }

  private static String with(String setting) {
    return "{\"command\": [\"sh\"], " + setting + "}";
  }

  private static String limit(String setting) {
    return with("\"limits\": {" + setting + "}");
  }

  private static void assertRefused(String config, String field, String remedy) {
    assertThat(ProgramReader.read(new JsonText(config)))
        .as(config)
        .isInstanceOfSatisfying(
            Reply.Refused.class,
            reply -> {
              Refusal refusal = reply.refusal();
              assertThat(refusal.code()).isEqualTo(RefusalCode.DEFINITION_INVALID);
              assertThat(refusal.field()).contains(field);
              assertThat(refusal.remedy()).contains(remedy);
            });
  }
}
