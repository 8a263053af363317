package torpor.runtime.qemu.snapshot;

import java.util.Optional;
import java.util.TreeSet;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.runtime.qemu.host.HostProcessor;
import torpor.runtime.qemu.vmm.Accelerator;

/// Whether a frozen machine can go on here. Pure.
public final class Compatibility {
  private Compatibility() {}

  /// @param build of the QEMU that would take the state
  /// @param accelerator that it would use
  /// @return why not
  public static Optional<Refusal> refusal(
      Manifest frozen, String build, Accelerator accelerator, HostProcessor host) {
    if (!frozen.qemuBuild().equals(build)) {
      return refused(
          "It was written by QEMU %s (build %s), and here is build %s."
              .formatted(frozen.qemuVersion(), frozen.qemuBuild(), build),
          "Restore it with the QEMU that wrote it.");
    }
    if (frozen.hardware().accelerator() != accelerator) {
      return refused(
          "It ran under %s, and machines here run under %s."
              .formatted(frozen.hardware().accelerator().text(), accelerator.text()),
          "Restore it on a host with the same acceleration.");
    }
    if (frozen.tscKilohertz() > 0
        && !HostProcessor.sameRate(frozen.tscKilohertz(), host.tscKilohertz())) {
      return refused(
          "Its clock counts at %d kHz, and this host's at %d kHz."
              .formatted(frozen.tscKilohertz(), host.tscKilohertz()),
          "Restore it on a host whose processor has the same clock rate.");
    }
    TreeSet<String> missing = new TreeSet<>(frozen.processorFlags());
    missing.removeAll(host.flags());
    if (!missing.isEmpty()) {
      return refused(
          "This host's processor lacks what the machine may use: "
              + String.join(", ", missing)
              + ".",
          "Restore it on a host that has it.");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refused(String detail, String remedy) {
    return Optional.of(
        Refusal.of(
            RefusalCode.SNAPSHOT_INCOMPATIBLE, "The snapshot fits not here: " + detail, remedy));
  }
}
