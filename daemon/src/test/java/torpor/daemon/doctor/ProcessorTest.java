package torpor.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTest {
  private static final Optional<String> EMULATING = Optional.of("QEMU 7.2.22, tcg, Linux 6.1.0");

  @TempDir private Path directory;

  @Test
  void aRuntimeThatUsesKvmNeedsNothing() {
    Finding finding = Processor.look(Path.of("/dev/null"), Optional.of("QEMU 9, kvm, Linux 6.1"));

    assertThat(finding.grade()).isEqualTo(Finding.Grade.OK);
  }

  @Test
  void withoutTheDeviceMachinesAreEmulatedAndItIsSaidWhatWouldHelp() {
    Finding finding = Processor.look(directory.resolve("kvm"), EMULATING);

    assertThat(finding.grade()).isEqualTo(Finding.Grade.NOTE);
    assertThat(finding.detail()).contains("there is no ", "emulated");
    assertThat(finding.remedy()).contains("nested virtualization");
  }

  @Test
  void aDeviceThatIsThereIsNoProofThatMachinesBoot() throws IOException {
    Path device = Files.createFile(directory.resolve("kvm"));

    Finding finding = Processor.look(device, EMULATING);

    assertThat(finding.grade()).isEqualTo(Finding.Grade.NOTE);
    assertThat(finding.detail()).contains("not proven", "emulated");
  }
}
