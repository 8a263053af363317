package torpor.runtime.qemu.vmm;

import torpor.runtime.qemu.cgroup.Limits;

/// What a QEMU may take of its host: what its guest was given, and a stated share for itself. Pure.
///
/// | | |
/// |---|---|
/// | processors | those of the guest and a half, for devices |
/// | weight | a usual process for each of the guest's processors |
/// | memory | the guest's and 128 MiB; emulated, also 256 MiB for translated code |
/// | tasks | the guest's processors and 128, for disk requests |
public final class Allowance {
  /// What QEMU's translator keeps at most, in MiB.
  static final int TRANSLATED_MEBIBYTES = 256;

  private static final long OWN_MEMORY = 128L << 20;
  private static final long PROCESSOR = 1000;
  private static final long OWN_PROCESSORS = 500;
  private static final int WEIGHT = 100;
  private static final int MOST_WEIGHT = 10_000;
  private static final int OWN_TASKS = 128;

  private Allowance() {}

  public static Limits of(Hardware hardware) {
    long translated =
        hardware.accelerator() == Accelerator.TCG ? (long) TRANSLATED_MEBIBYTES << 20 : 0;
    return new Limits(
        hardware.cpus() * PROCESSOR + OWN_PROCESSORS,
        Math.min(MOST_WEIGHT, hardware.cpus() * WEIGHT),
        hardware.memoryBytes() + OWN_MEMORY + translated,
        hardware.cpus() + OWN_TASKS);
  }
}
