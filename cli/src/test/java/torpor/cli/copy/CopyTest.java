package torpor.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import torpor.cli.CommandLineRun;
import torpor.cli.ExitCode;
import torpor.cli.FakeMachine;

class CopyTest {
  @TempDir private Path root = Path.of("");
  @TempDir private Path here = Path.of("");
  private Optional<FakeMachine> machine = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    machine = Optional.of(FakeMachine.at(root));
    Files.createDirectories(root.resolve("etc/app/sub"));
    Files.writeString(root.resolve("etc/app/a.conf"), "a");
    Files.writeString(root.resolve("etc/app/sub/b.conf"), "x".repeat(300_000));
    Files.createSymbolicLink(root.resolve("etc/app/link"), Path.of("/nowhere/else"));
    Files.createSymbolicLink(root.resolve("etc/current"), Path.of("app"));
  }

  @AfterEach
  void stop() {
    machine.ifPresent(FakeMachine::close);
  }

  private CommandLineRun copy(String from, String to) {
    return CommandLineRun.of(
        Map.of("TORPOR_HOST", machine.orElseThrow().address()), here, "", "cp", from, to);
  }

  @Test
  void aDirectoryGoesUnderItsNameIntoOneThatExists() throws IOException {
    CommandLineRun run = copy("web:/etc/app", ".");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("copied 2 files, 293KiB to " + here.resolve("app") + "\n");
    assertThat(here.resolve("app/a.conf")).hasContent("a");
    assertThat(here.resolve("app/sub/b.conf")).hasSize(300_000);
    assertThat(Files.readSymbolicLink(here.resolve("app/link"))).hasToString("/nowhere/else");
  }

  @Test
  void aDirectoryThatIsNotThereIsMadeOfTheSource() {
    assertThat(copy("web:/etc/app/", "fresh").exitCode()).isZero();
    assertThat(here.resolve("fresh/a.conf")).hasContent("a");
  }

  @Test
  void whatIsInADirectoryGoesWithoutItsName() {
    assertThat(copy("web:/etc/app/.", ".").exitCode()).isZero();
    assertThat(here.resolve("a.conf")).hasContent("a");
    assertThat(here.resolve("app")).doesNotExist();
  }

  @Test
  void aLinkThatIsNamedIsFollowed() {
    assertThat(copy("web:/etc/current", ".").exitCode()).isZero();
    assertThat(here.resolve("current/a.conf")).hasContent("a");
  }

  @Test
  void aFileGoesIntoADirectoryOrUnderANewName() {
    assertThat(copy("web:/etc/app/a.conf", ".").exitCode()).isZero();
    assertThat(copy("web:/etc/app/a.conf", "new.conf").exitCode()).isZero();
    assertThat(here.resolve("a.conf")).hasContent("a");
    assertThat(here.resolve("new.conf")).hasContent("a");
  }

  @Test
  void aTreeGoesInWithItsModesAndLinks() throws IOException {
    Files.createDirectories(here.resolve("site/deep"));
    Files.writeString(here.resolve("site/run.sh"), "#!/bin/sh\n");
    Files.setAttribute(here.resolve("site/run.sh"), "unix:mode", 0755);
    Files.writeString(here.resolve("site/deep").resolve("n".repeat(180)), "long");
    Files.createSymbolicLink(here.resolve("site/l"), Path.of("run.sh"));

    CommandLineRun run = copy("site", "web:/etc");

    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    assertThat(run.err()).isEqualTo("copied 2 files, 14B to web:/etc/site\n");
    assertThat(root.resolve("etc/site/run.sh")).isExecutable().hasContent("#!/bin/sh\n");
    assertThat(root.resolve("etc/site/deep").resolve("n".repeat(180))).hasContent("long");
    assertThat(Files.readSymbolicLink(root.resolve("etc/site/l"))).hasToString("run.sh");
  }

  @Test
  void aFileGoesInUnderANewNameAndContentIntoWhatExists() throws IOException {
    Files.writeString(here.resolve("f"), "x".repeat(1_000_000));
    Files.createDirectories(here.resolve("d"));
    Files.writeString(here.resolve("d/g"), "g");

    assertThat(copy("f", "web:/etc/new").exitCode()).isZero();
    assertThat(copy("d/.", "web:/etc/app").exitCode()).isZero();
    assertThat(copy("d", "web:/etc/whole").exitCode()).isZero();

    assertThat(root.resolve("etc/new")).hasSize(1_000_000);
    assertThat(root.resolve("etc/app/g")).hasContent("g");
    assertThat(root.resolve("etc/whole/g")).hasContent("g");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a            | b             | 64 | one of SRC and DST is inside a machine",
        "web:/a       | web:/b        | 64 | one of SRC and DST is inside a machine",
        "-            | web:/b        | 64 | \"-\" is no path",
        "missing      | web:/etc      | 65 | there is no such file",
        "web:/none    | .             | 1  | web has nothing at /none",
        "web:/etc/app | there         | 1  | there is a file, and a directory is copied",
        "web:/etc/app/a.conf | full   | 1  | full/a.conf is a directory, and a file is copied",
        "web:/etc/app/a.conf/ | .     | 1  | web:/etc/app/a.conf/ is no directory",
        "there/       | web:/etc      | 1  | there/ is no directory",
        "there        | web:/etc/taken | 1 | web:/etc/taken/there is a directory, and a file is",
        "web:/etc/app | no/such/place | 1  | there is no directory for no/such/place",
        "there        | web:/no/such  | 1  | web has no directory /no",
        "there        | web:/etc/new/ | 1  | web has no directory /etc/new/",
        ".            | web:/etc/app/a.conf | 1 | is a file, and a directory is copied",
      })
  void whatCannotBeCopiedIsToldBeforeAnythingIsWritten(
      String from, String to, int exitCode, String what) throws IOException {
    Files.writeString(here.resolve("there"), "there");
    Files.createDirectories(here.resolve("full/a.conf"));
    Files.createDirectories(root.resolve("etc/taken/there"));

    CommandLineRun run = copy(from, to);

    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.err()).contains(what).contains("  do:   ");
    assertThat(machine.orElseThrow().copies()).isEmpty();
  }

  @Test
  void whatFailsInsideIsToldInItsWords() throws IOException {
    Files.createDirectories(here.resolve("d/f"));
    Files.createDirectories(root.resolve("etc/d"));
    Files.writeString(root.resolve("etc/d/f"), "in the way");

    CommandLineRun run = copy("d", "web:/etc");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("could not be done inside", "/etc/d/f", "do:   See");
  }

  @Test
  void aConnectionThatBreaksIsNoWholeCopy() throws IOException {
    Files.writeString(here.resolve("f"), "f");

    for (CommandLineRun run : List.of(copy("gone:/etc/app", "."), copy("f", "gone:/etc"))) {
      assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(run.err()).contains("the copy was broken off", "copy again");
    }
    assertThat(here.resolve("app")).doesNotExist();
  }

  @Test
  void whatIsNoFileIsLeftOutAndTheExitCodeSaysIt() throws Exception {
    Files.createDirectories(here.resolve("d"));
    Files.writeString(here.resolve("d/f"), "f");
    fifo(here.resolve("d/pipe"));
    fifo(root.resolve("etc/app/pipe"));

    CommandLineRun in = copy("d", "web:/etc");
    CommandLineRun out = copy("web:/etc/app", ".");

    assertThat(root.resolve("etc/d/f")).hasContent("f");
    assertThat(here.resolve("app/a.conf")).hasContent("a");
    for (CommandLineRun run : List.of(in, out)) {
      assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(run.err()).contains("left out: ", "pipe", "not everything was copied");
    }
  }

  private static void fifo(Path place) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", place.toString()).start().waitFor()).isZero();
  }

  @Test
  void aDirectoryThatIsThereKeepsItsModeAndANewOneGetsTheSources() throws IOException {
    Files.createDirectories(here.resolve("app"));
    Files.setAttribute(here.resolve("app"), "unix:mode", 0700);
    Files.setAttribute(root.resolve("etc/app"), "unix:mode", 0750);
    Files.setAttribute(root.resolve("etc/app/sub"), "unix:mode", 0550);

    assertThat(copy("web:/etc/app", ".").exitCode()).isZero();

    assertThat(mode(here.resolve("app"))).isEqualTo(0700);
    assertThat(mode(here.resolve("app/sub"))).isEqualTo(0550);
    assertThat(here.resolve("app/sub/b.conf")).hasSize(300_000);
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }
}
