package torpor.runtime.qemu.volume;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostProgramTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static void run(String... command) throws IOException, InterruptedException {
    HostProgram.run(List.of(command), PATIENCE, Set.of(0));
  }

  @Test
  void whatSaysMuchIsHeardToItsEnd() {
    assertThatCode(() -> run("head", "-c", "3000000", "/dev/zero")).doesNotThrowAnyException();
  }

  @Test
  void aFailureIsWhatTheProgramSaid() {
    assertThatThrownBy(() -> run("sh", "-c", "echo no such disk >&2; exit 3"))
        .isInstanceOf(IOException.class)
        .hasMessage("sh failed: no such disk");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> run("mkfs.of-nobody"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mkfs.of-nobody");
  }
}
