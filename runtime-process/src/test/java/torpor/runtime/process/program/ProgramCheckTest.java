package torpor.runtime.process.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

class ProgramCheckTest {
  private static final Limits FILES =
      new Limits(
          OptionalLong.empty(),
          Optional.<Duration>empty(),
          OptionalInt.of(64),
          OptionalInt.empty());

  @TempDir Path folder;

  @Test
  void aPlainNameIsFoundOnThePathOfTheDefinition() throws Exception {
    Path tool = tool("tool", "rwxr-xr-x");
    Program program = program("tool", Map.of("PATH", "/no/such:relative:" + folder), Limits.NONE);

    assertThat(new ProgramCheck("/bin", Optional.empty()).complete(program))
        .isEqualTo(Reply.done(program(tool.toString(), program.env(), Limits.NONE)));
  }

  @Test
  void aFileThatMayNotBeExecutedIsNoProgram() throws Exception {
    Path tool = tool("tool", "rw-r--r--");

    assertRefused(program(tool.toString(), Map.of(), Limits.NONE), Optional.empty(), "command[0]");
    assertRefused(
        program("tool", Map.of("PATH", folder.toString()), Limits.NONE),
        Optional.empty(),
        "command[0]");
  }

  @Test
  void aRelativePathIsRefused() throws Exception {
    assertRefused(program("./sh", Map.of(), Limits.NONE), Optional.empty(), "command[0]");
  }

  @Test
  void limitsNeedTheirTool() throws Exception {
    assertRefused(program("/bin/sh", Map.of(), FILES), Optional.empty(), "limits");
  }

  @Test
  void aLimitIsTriedAndItsRefusalNamed() throws Exception {
    Path refusing = tool("prlimit", "rwxr-xr-x");
    Files.writeString(refusing, "#!/bin/sh\necho no, not $1\nexit 1\n");

    Refusal refusal =
        assertRefused(program("/bin/sh", Map.of(), FILES), Optional.of(refusing), "limits.files");

    assertThat(refusal.detail()).contains("no, not --nofile=64");
  }

  private Path tool(String name, String permissions) throws Exception {
    Path file = Files.createFile(folder.resolve(name));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private static Program program(String file, Map<String, String> env, Limits limits) {
    return new Program(List.of(file), env, Optional.empty(), limits);
  }

  private static Refusal assertRefused(Program program, Optional<Path> prlimit, String field)
      throws Exception {
    return switch (new ProgramCheck("/bin:/usr/bin", prlimit).complete(program)) {
      case Reply.Done<Program>(Program complete) ->
          throw new AssertionError("not refused: " + complete);
      case Reply.Refused<Program>(Refusal refusal) -> {
        assertThat(refusal.field()).contains(field);
        yield refusal;
      }
    };
  }
}
