package torpor.runtime.qemu.vmm;

import java.util.Locale;

/// What runs the guest's instructions.
public enum Accelerator {
  /// The processor.
  KVM,
  /// QEMU's own translator; works everywhere.
  TCG;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
