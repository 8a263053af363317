package torpor.runtime.process.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.host.process.ProcessIdentity;

class ExitFileTest {
  @TempDir Path directory;

  @Test
  void aMissingOrHalfWrittenFileIsNoEnd() throws IOException {
    ExitFile file = ExitFile.in(directory, new Generation(2));
    assertThat(file.read()).isEmpty();

    for (String half : new String[] {"", "code=", "code=1", "code=1 oom_kills=0", "\0\0\0\n"}) {
      Files.writeString(directory.resolve("exit-2"), half);
      assertThat(file.read()).as(half).isEmpty();
    }
  }

  @Test
  void aCodeIsRead() throws IOException {
    Files.writeString(directory.resolve("exit-2"), "code=41 oom_kills=0\n");

    assertThat(ExitFile.in(directory, new Generation(2)).read())
        .contains(new ExitStatus.Exited(41));
  }

  @Test
  void aKillByTheKernelForLackOfMemoryIsTold() {
    assertThat(ExitCodes.status(137, true)).isInstanceOf(ExitStatus.OutOfMemory.class);
    assertThat(ExitCodes.status(137, false))
        .isEqualTo(new ExitStatus.Signalled("signal 9 (SIGKILL)"));
    assertThat(ExitCodes.status(1, true)).isEqualTo(new ExitStatus.Exited(1));
  }

  @Test
  void codesAboveTheSignalsAreTheProgramsOwn() {
    assertThat(ExitCodes.status(128, false)).isEqualTo(new ExitStatus.Exited(128));
    assertThat(ExitCodes.status(162, false)).isEqualTo(new ExitStatus.Signalled("signal 34"));
    assertThat(ExitCodes.status(255, false)).isEqualTo(new ExitStatus.Exited(255));
  }

  @Test
  void aHandleIsReadBack() {
    KeeperHandle handle = new KeeperHandle(new ProcessIdentity(12, 34), "0a-0b");

    assertThat(KeeperHandle.parse(handle.toHandle())).contains(handle);
    assertThat(KeeperHandle.parse(new MachineHandle("wasm:12"))).isEmpty();
  }
}
