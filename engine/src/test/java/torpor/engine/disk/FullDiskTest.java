package torpor.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class FullDiskTest {
  @Test
  void aFullDiskAndAFullQuotaAreTold() {
    assertThat(FullDisk.isCauseOf(new IOException("/x/y: No space left on device"))).isTrue();
    assertThat(FullDisk.isCauseOf(new IOException("Disk quota exceeded"))).isTrue();
    assertThat(FullDisk.isCauseOf(new FileSystemException("/x", null, "No space left on device")))
        .isTrue();
  }

  @Test
  void otherTroubleIsNot() {
    assertThat(FullDisk.isCauseOf(new IOException("Permission denied"))).isFalse();
    assertThat(FullDisk.isCauseOf(new IOException())).isFalse();
    assertThat(FullDisk.isCauseOf(new FileSystemException("/quota/x"))).isFalse();
  }
}
