package torpor.runtime.wasm.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.runtime.wasm.guest.RunOutcome.Suspended;

class AnotherProcessTest {
  @TempDir Path root;

  @Test
  void aSnapshotGoesOnInAFreshJvmToTheSameEnd() throws Exception {
    String expected;
    try (GuestLab lab = new GuestLab(root)) {
      PreparedModule module = lab.prepare("worker");
      try (Guest whole = lab.fresh(module, "whole", "5")) {
        lab.runThrough(whole);
        expected = lab.text();
        lab.output.reset();
      }
      try (Guest guest = lab.fresh(module, "a", "5")) {
        GuestLab.await(guest.run());
        guest.snapshot(lab.snapshotDirectory("a", 1), 1);
        GuestLab.await(guest.resume(Resumption.of(0)));
        guest.snapshot(lab.snapshotDirectory("a", 2), 2);
      }
      expected = expected.substring(lab.text().length());
    }
    Path log = root.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-DontCompileHugeMethods",
                "-cp",
                System.getProperty("java.class.path"),
                Continue.class.getName(),
                root.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(7);
    assertThat(Files.readString(root.resolve("out"))).isEqualTo(expected);
  }

  /// The other process: restores the second snapshot and runs to the end.
  static final class Continue {
    public static void main(String[] arguments) throws Exception {
      Path root = Path.of(List.of(arguments).getFirst());
      GuestLab lab = new GuestLab(root);
      Guest guest = lab.restored(lab.prepare("worker"), "b", lab.snapshotDirectory("a", 2), "5");
      RunOutcome outcome = GuestLab.await(guest.resume(Resumption.of(1)));
      while (outcome instanceof Suspended) {
        outcome = GuestLab.await(guest.resume(Resumption.of(0)));
      }
      Files.write(root.resolve("out"), lab.text().getBytes(UTF_8));
      System.exit(outcome instanceof RunOutcome.Exited(int code) ? code : 99);
    }
  }
}
