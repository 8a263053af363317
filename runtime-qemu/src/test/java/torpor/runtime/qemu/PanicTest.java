package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import torpor.core.machine.ExitStatus;

/// A machine whose kernel has given up does not stand there as if it ran.
class PanicTest extends RealMachines {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aKernelThatPanicsEndsItsMachine() throws IOException {
    start(ONE);
    // Nobody is left to answer.
    var _ = CompletableFuture.runAsync(() -> ask(ONE, "echo c > /proc/sysrq-trigger"));

    ExitStatus told = endings.next(PATIENCE);

    assertThat(told).as("%s", console()).isInstanceOf(ExitStatus.Lost.class);
    assertThat(endings.untaken()).isEmpty();
  }

  private String console() throws IOException {
    return Files.readString(directory(ONE).resolve("console.log"));
  }
}
