package torpor.runtime.qemu.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.vmm.Accelerator;

class CompatibilityTest {
  private static final Manifest FROZEN = SnapshotDirectoryTest.MANIFEST;
  private static final Set<String> FLAGS = Set.of("avx2", "sse4_2", "fpu");

  private static Optional<Refusal> refusal(
      String build, Accelerator accelerator, long kilohertz, Set<String> flags) {
    return Compatibility.refusal(FROZEN, build, accelerator, new HostProcessor(kilohertz, flags));
  }

  @Test
  void whereItWasFrozenItGoesOn() {
    assertThat(refusal("abc", Accelerator.TCG, 2596150, FLAGS)).isEmpty();
  }

  @Test
  void aHostThatMeasuresItsClockALittleDifferentlyIsTheSame() {
    assertThat(refusal("abc", Accelerator.TCG, 2596096, FLAGS)).isEmpty();
  }

  @Test
  void anotherClockRateIsRefused() {
    assertRefused(refusal("abc", Accelerator.TCG, 2400000, FLAGS), "2400000");
  }

  @Test
  void aMissingFlagIsNamed() {
    assertRefused(refusal("abc", Accelerator.TCG, 2596150, Set.of("sse4_2")), "avx2");
  }

  @Test
  void anotherBuildIsNamed() {
    assertRefused(refusal("def", Accelerator.TCG, 2596150, FLAGS), "build def");
  }

  @Test
  void anotherAccelerationIsRefused() {
    assertRefused(refusal("abc", Accelerator.KVM, 2596150, FLAGS), "kvm");
  }

  private static void assertRefused(Optional<Refusal> refusal, String named) {
    assertThat(refusal).isPresent();
    assertThat(refusal.get().code()).isEqualTo(RefusalCode.SNAPSHOT_INCOMPATIBLE);
    assertThat(refusal.get().detail()).contains(named);
    assertThat(refusal.get().remedy()).isNotBlank();
  }
}
